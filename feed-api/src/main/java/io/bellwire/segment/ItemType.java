package io.bellwire.segment;

/** The first byte of each item of a record. A number MUST NOT be given to another type, whatever becomes of its own. */
final class ItemType {
    static final int EPOCH = 1;
    static final int FEED = 2;
    static final int FEED_STATE = 3;
    static final int EARLIEST = 4;
    static final int EVENT = 5;
    static final int ENTRY = 6;
    static final int COPIED_ENTRY = 7;
    static final int RESPONSE = 8;
    static final int LOCK = 9;
    static final int UNLOCK = 10;
    static final int PROCESSED = 11;
    static final int RECEIVED = 12;
    static final int ACCOUNT = 13;
    static final int GROUP = 14;
    static final int MEMBER = 15;
    static final int NO_MEMBER = 16;
    static final int FORMER_MEMBER = 17;
    static final int DROP_FORMER_MEMBERS = 18;
    static final int FAN_OUT = 19;
    static final int FAN_OUT_DONE = 20;
    static final int LAST_SEEN = 21;
    static final int PRESENCE_CHECKPOINT = 22;
    static final int STATE_WRITTEN = 23;
    static final int LONG_ACCOUNT = 24;
    static final int DOCUMENT = 25;
    static final int NO_DOCUMENT = 26;

    private ItemType() {}
}
