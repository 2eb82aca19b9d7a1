// Tests of Discord.
