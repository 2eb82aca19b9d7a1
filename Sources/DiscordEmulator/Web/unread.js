// Which channels hold something this user has not seen. The last message read in each channel lies in the browser's storage, so
// that a reload keeps the marks; the newest message known comes from the emulator. Used by the store only.

import { compareIds } from "./snowflake.js";

export class ReadMarks {
  constructor(userId) {
    this.prefix = `troupe.read.${userId}.`;
    this.newest = new Map();
    this.mentions = new Map();
  }

  lastRead(channelId) {
    return localStorage.getItem(this.prefix + channelId);
  }

  /** The channel's newest message as the emulator tells it. A channel never met before counts as read. */
  seen(channelId, newestId) {
    if (!newestId) return;
    this.newest.set(channelId, newestId);
    if (this.lastRead(channelId) === null) this.write(channelId, newestId);
  }

  /** A message came while the user looked elsewhere. */
  arrived(channelId, messageId, mentioned) {
    if (this.lastRead(channelId) === null) this.write(channelId, "0");
    this.newest.set(channelId, messageId);
    if (mentioned) this.mentions.set(channelId, (this.mentions.get(channelId) ?? 0) + 1);
  }

  /** True if this changed a mark. */
  read(channelId, messageId) {
    const before = this.isUnread(channelId);
    this.write(channelId, messageId);
    this.newest.set(channelId, messageId);
    this.mentions.delete(channelId);
    return before;
  }

  isUnread(channelId) {
    const newest = this.newest.get(channelId);
    const last = this.lastRead(channelId);
    return Boolean(newest && last !== null && compareIds(newest, last) > 0);
  }

  mentionCount(channelId) {
    return this.mentions.get(channelId) ?? 0;
  }

  write(channelId, messageId) {
    try {
      localStorage.setItem(this.prefix + channelId, messageId);
    } catch {
      // A full or forbidden storage only costs the marks after a reload.
    }
  }
}
