public import Storage

extension GuildSettingsStore {
    /// What was changed of guilds' settings.
    public static let history = ChangeHistory(
        """
        SELECT 'guild:' || CAST(guild AS TEXT) || ':' || feature || ':' || CAST(version AS TEXT) AS entry, changed_at AS moment,
            'discord' AS place, 'settings' AS kind, CAST(changed_by AS TEXT) AS who, guild AS guild,
            feature || ': ' || summary AS words
        FROM guild_setting_changes
        """)
}

extension SettingsStore {
    /// The latest change of how the bot talks in each channel and guild; earlier ones are not kept.
    public static let history = ChangeHistory(
        """
        SELECT 'talking:' || level || ':' || CAST(holder AS TEXT) AS entry, changed_at AS moment, 'discord' AS place, 'settings' AS kind,
            CAST(changed_by AS TEXT) AS who, CASE WHEN level = 'guild' THEN holder ELSE CAST(NULL AS BIGINT) END AS guild,
            'talking: changed what holds in ' || CASE WHEN level = 'guild' THEN 'the whole server' ELSE 'channel ' || CAST(holder AS TEXT) END
                AS words
        FROM conversation_settings WHERE level <> 'person'
        """)
}

extension TaskStore {
    /// What was changed of guilds' tasks. Those of people's direct messages are theirs alone.
    public static let history = ChangeHistory(
        """
        SELECT 'task:' || CAST(v.task AS TEXT) || ':' || CAST(v.version AS TEXT) AS entry, v.changed_at AS moment, 'discord' AS place,
            'tasks' AS kind, CASE WHEN v.person = 0 THEN NULL ELSE CAST(v.person AS TEXT) END AS who, t.home AS guild,
            'task ' || t.name || ': ' || CASE v.kind WHEN 'added' THEN 'example added' WHEN 'example-removed' THEN 'example removed'
                ELSE v.kind END AS words
        FROM task_versions v JOIN tasks t ON t.id = v.task WHERE t.home <> t.owner
        """)
}
