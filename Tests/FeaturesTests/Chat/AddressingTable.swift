/// 200 messages in a channel of a guild whose bot is called Llama, and whether a person reading along would say that the bot is
/// spoken to. Judged by sense, not by the rule: some of them the rule gets wrong.
///
/// A line is: `+` (spoken to) or `-` (not), what else is known, and the text. `m` mention · `r` reply to the bot · `o` reply to
/// somebody else · `d` direct message · `t` the bot's own thread · `b` by another bot · `n` a notice of Discord's.
enum AddressingTable {
    static let messages = """
        + m <@99> what is the capital of France?
        + m <@99>
        + m <@99>, hello there
        + m What do you think <@99>?
        + m hey <@!99> how are you
        + m can you explain this, <@99>
        + m <@99> <@5> who of you two is right?
        + m I asked <@99> and want to know why the sky is blue
        + m o <@99> what does she mean by that?
        + m ok <@99>
        + m <@99> 2+2
        + m thanks <@99>!
        + m gm <@99>
        + m <@99> !optin
        + m translate "bonjour" <@99>
        + r and what about Spain?
        + r thanks
        + r no, shorter please
        + r why?
        + r 🙂
        + r are you sure?
        + r Make it rhyme.
        + r the second one
        + r Llama said that yesterday
        + m <@99> /help
        + r hmm that's not right, try again
        + r continue
        + d hello
        + d what can you do
        + d Tell me a joke
        + d !optin
        + d llama
        + d who are you?
        + d .
        + t so what next
        + t add tests for it
        + t I meant the other file
        + t why not
        + t yes
        + Hey Llama, what's the weather on Mars?
        + hey llama what is 2+2
        + HEY LLAMA
        + Hi Llama!
        + hello llama, are you there?
        + Hello, Llama. Who was Ada Lovelace?
        + ok llama, shorter
        + Okay Llama write a haiku about rain
        + yo llama tell me something
        + Hey, Llama, explain recursion
        + heya llama
        + Llama, what time is it in Tokyo?
        + Llama: summarise the plot of Hamlet
        + llama, please help
        + Llama?
        + Llama!
        + llama
        + Llama... are you awake?
        + Llama - a question
        + Llama — how do I boil an egg?
        + Dear Llama, I need advice
        + Please Llama, one more story
        + thanks llama
        + Thanks, Llama!
        + Good morning Llama
        + good evening, llama
        + Guten Morgen Llama, wie geht es dir?
        + hallo llama was ist das
        + Hej Llama, vad heter du?
        + salut llama, ça va ?
        + Bonjour Llama, raconte une histoire
        + hola llama, ¿qué tal?
        + ciao Llama, come stai?
        + What do you think, Llama?
        + is that true, llama?
        + nice one, Llama
        + Tell us a story, llama!
        + you are wrong, Llama.
        + how many legs has a spider, llama ?
        + write me a poem, Llama!!
        + oi llama, over here
        + Hey Llama: translate this into Latin
        + Hey Llama—one thing
        + Hi Llama 👋
        + Hey Llama, can you draw too?
        + Hey Llama\\nwhat is this?
        + hey llama,explain monads
        + Hello Llama, my name is Ada
        + Ok llama do you remember my name
        + Llama, llama, llama
        + llama; next question
        + LLAMA, STOP
        + Llama what is the meaning of life?
        + Llama can you help me?
        + llama tell me a joke
        + could llama maybe answer this one? we need you
        + Can you hear us Llama?
        + right llama?
        - Llamas are lovely animals
        - I saw a llama at the zoo today
        - The llama's wool is warm
        - Llama's license changed again
        - llama.cpp just released a new version
        - Have you tried llama.cpp?
        - Llama 3 is better than Llama 2
        - Llama is a camelid
        - llama wool socks are on sale
        - my favourite animals are cats, dogs and llamas
        - we bought a pig, a goat and a llama
        - hey everyone
        - hey guys what's up
        - Hi Lana, are you coming?
        - hello world
        - ok thanks
        - okay see you
        - Hey Llamas fans, meeting at eight
        - Hey llamacorn
        - the bot is called Llama
        - ask llama about it
        - did llama answer you?
        - Llama said it was fine
        - Llama already told you
        - I think Llama is down
        - is Llama offline?
        - why does llama never answer Bob
        - Someone should feed the llama
        - the llama, the goat and the pig
        - Llama-like architecture
        - Llama-2-7b-chat-hf
        - LlamaIndex is a library
        - llamafile works on windows too
        - codellama or deepseek?
        - ollama run mistral
        - Ollama, LM Studio or vLLM?
        - hi ollama users
        - quantised llama weights
        - Meta's Llama team
        - per la llama!
        - dalai llama lol
        - the Dalai Lama visited
        - llama drama again
        - no prob-llama
        - who's the llama in your picture?
        - llama llama red pajama is a book for children
        - Llama cheese?! who eats that
        - that's a funny llama.
        - drawing a llama
        - I like the name Llama
        - b Hey Llama, how are you fellow bot?
        - b m <@99> beep boop
        - b r and what do you think?
        - b The song is now playing
        - b Llama, I am a bot too
        - n Ada joined the server.
        - n m Ada pinned a message to this channel.
        - n Bob started a thread: llama
        - n boosted the server!
        - o what do you mean?
        - o thanks Bob
        - o lol
        - o no, the other one
        - o llama is right there
        - o agreed
        - o I don't think so
        - <@5> are you coming tonight?
        - <@5> what is 2+2
        - <@&77> meeting now
        - @everyone please vote
        - @here lunch?
        - good morning
        - good night all
        - lol
        - brb
        - 👍
        - same
        - does anyone know how to fix this?
        - can someone help me with my homework
        - who wants to play
        - what's the capital of France?
        - anybody here?
        - 2+2
        - !play despacito
        - ?rank
        - /generate a cat
        - https://example.org/llama
        - look: https://en.example.org/wiki/Llama
        - `llama, run` is the command
        - > Hey Llama, what's up
        - she wrote "hey llama" and it answered
        - say hey to llama from me
        - I said thanks to llama
        - he calls his dog Llama
        - the test says: hello llama
        - how do I spell lama
        - hey alpaca, what's up
        - please stop
        - my llama, your llama, our llama!
        - what a day, what a llama
        - three words: dog, cat, llama
        - thanks everyone!
        - ok
        """

    struct Row {
        let isSpokenTo: Bool
        let flags: Set<Character>
        let text: String
    }

    static let rows: [Row] = messages.split(separator: "\n").map { line in
        var words = line.split(separator: " ", omittingEmptySubsequences: false)[...]
        let isSpokenTo = words.removeFirst() == "+"
        var flags: Set<Character> = []
        while let word = words.first, word.count == 1, let flag = word.first, "mrodtbn".contains(flag) {
            flags.insert(flag)
            words.removeFirst()
        }
        return Row(isSpokenTo: isSpokenTo, flags: flags, text: words.joined(separator: " ").replacing("\\n", with: "\n"))
    }
}
