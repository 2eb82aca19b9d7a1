/// What Discord sends, one of each that is read here.
enum Samples {
    private static let user =
        #"{"id":"3","username":"a","global_name":"A","avatar":null,"discriminator":"0","bot":false,"public_flags":64}"#
    private static let member =
        #"{"user":{"id":"3","username":"a"},"nick":null,"roles":["7"],"joined_at":"2026-01-01T00:00:00+00:00","permissions":"2248473465835073"}"#

    static let message = """
        {"id":"1","channel_id":"2","guild_id":"4","author":\(user),"member":{"roles":["7"],"nick":"n"},"content":"\\"hi\\" é",\
        "timestamp":"2026-01-01T00:00:00.000000+00:00","edited_timestamp":null,"type":0,"mentions":[\(user)],"mention_roles":[],"pinned":false,\
        "attachments":[{"id":"5","filename":"a.png","size":7,"url":"https://cdn.example/a.png","proxy_url":"https://cdn.example/a.png",\
        "content_type":"image/png","width":4,"height":4}],"embeds":[{"type":"rich","title":"t","color":5,"fields":[{"name":"n","value":"v","inline":true}]}],\
        "components":[{"type":1,"id":1,"components":[{"type":2,"id":2,"style":1,"label":"Again","custom_id":"a"}]},\
        {"type":17,"components":[{"type":10,"content":"x"}]}],"flags":0,"nonce":"12",\
        "message_reference":{"type":0,"message_id":"9","channel_id":"2","guild_id":"4"}}
        """
    static let channel = #"{"id":"2","type":0,"guild_id":"4","name":"general","topic":null,"parent_id":null,"nsfw":false,"position":1}"#
    static let guild = """
        {"id":"4","name":"g","owner_id":"3","roles":[{"id":"4","name":"@everyone","permissions":"1024","color":0,"position":0},\
        {"id":"7","name":"r","permissions":"8","color":5,"position":1}],"channels":[\(channel)],"members":[\(member)],"unavailable":false,\
        "emojis":[],"stickers":[],"features":["COMMUNITY"],"premium_tier":0}
        """
    static let command = """
        {"id":"7","application_id":"9","type":2,"token":"t","version":1,"guild_id":"4","channel_id":"2","channel":\(channel),"member":\(member),\
        "locale":"en-GB","guild_locale":"de","app_permissions":"8","attachment_size_limit":10485760,"entitlements":[],"context":0,\
        "authorizing_integration_owners":{"0":"4"},"data":{"id":"1","name":"generate","type":1,"options":[{"name":"prompt","type":3,\
        "value":"two red circles"},{"name":"count","type":4,"value":2},{"name":"from","type":11,"value":"5"}],"resolved":{"attachments":{"5":\
        {"id":"5","filename":"a.png","size":7,"url":"https://cdn.example/a.png","proxy_url":"https://cdn.example/a.png"}},"users":{"3":\(user)}}}}
        """
    static let press = """
        {"id":"8","application_id":"9","type":3,"token":"t","version":1,"guild_id":"4","channel_id":"2","member":\(member),"message":\(message),\
        "data":{"component_type":3,"custom_id":"menu","values":["a","b"],"id":4}}
        """
    static let form = """
        {"id":"9","application_id":"9","type":5,"token":"t","version":1,"channel_id":"2","user":\(user),"data":{"custom_id":"m","components":[\
        {"type":1,"components":[{"type":4,"custom_id":"x","value":"hello"}]},\
        {"type":18,"id":1,"component":{"type":19,"id":2,"custom_id":"f","values":["5"]}}],"resolved":{"attachments":{}}}}
        """
    static let entitlement = #"{"id":"1","sku_id":"2","application_id":"3","user_id":"4","type":8,"deleted":false,"consumed":false}"#
    static let application = """
        {"id":"9","name":"troupe","flags":524288,"owner":\(user),"team":{"id":"5","members":[{"user":\(user),"membership_state":2,"role":"admin"}]}}
        """
    static let gatewayBot = """
        {"url":"wss://gateway.example","shards":1,"session_start_limit":{"total":1000,"remaining":999,"reset_after":14400000,"max_concurrency":1}}
        """
    static let webhook = #"{"id":"1","type":1,"channel_id":"2","name":"w","application_id":"9","token":"secret","avatar":null}"#
    static let registered = #"{"id":"1","application_id":"9","type":1,"name":"generate","description":"d","version":"3","options":[]}"#
    static let refusal = """
        {"message":"Invalid Form Body","code":50035,"errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Too long"}]}}}}}
        """
    static let limited = #"{"message":"You are being rate limited.","retry_after":0.25,"global":false}"#

    /// As dispatches of the gateway.
    static let dispatches: [String] = [
        (
            "READY",
            """
            {"v":10,"user":\(user),"guilds":[{"id":"4","unavailable":true}],"session_id":"s","resume_gateway_url":"wss://resume.example",\
            "shard":[0,1],"application":{"id":"9","flags":0}}
            """
        ),
        ("RESUMED", "{}"), ("MESSAGE_CREATE", message), ("MESSAGE_UPDATE", message), ("MESSAGE_DELETE", #"{"id":"1","channel_id":"2"}"#),
        ("MESSAGE_DELETE_BULK", #"{"ids":["1","2"],"channel_id":"2"}"#), ("INTERACTION_CREATE", command), ("INTERACTION_CREATE", press),
        ("INTERACTION_CREATE", form), ("GUILD_CREATE", guild), ("GUILD_UPDATE", guild), ("GUILD_DELETE", #"{"id":"4","unavailable":true}"#),
        ("GUILD_ROLE_UPDATE", #"{"guild_id":"4","role":{"id":"7","name":"r","permissions":"8"}}"#),
        ("GUILD_ROLE_DELETE", #"{"guild_id":"4","role_id":"7"}"#), ("ENTITLEMENT_CREATE", entitlement), ("ENTITLEMENT_UPDATE", entitlement),
        ("ENTITLEMENT_DELETE", entitlement), ("NEVER_HEARD_OF", #"[{"id":"1"}]"#),
    ].enumerated().map { #"{"op":0,"t":"\#($1.0)","s":\#($0 + 2),"d":\#($1.1)}"# }
}
