package io.bellwire.receiver;

import java.util.List;

/**
 * What a receiver verifies with, what it reads, and how it misbehaves. Immutable.
 *
 * @param keys without one, every call is refused if signatures are checked
 * @param partner the id of the partner whose feed is read for what calls do not carry; empty for calls only
 */
public record ReceiverSettings(
        List<ReceiverKey> keys, boolean isSignatureChecked, String partner, ReceiverFaults faults) {
    public ReceiverSettings {
        keys = List.copyOf(keys);
        if (!partner.matches("[A-Za-z0-9_-]{0,64}")) {
            throw new IllegalArgumentException("partner must be 1 to 64 of A-Z a-z 0-9 _ -, is " + partner);
        }
    }

    /** A receiver that does all right, with calls only. */
    public static ReceiverSettings of(ReceiverKey... keys) {
        return new ReceiverSettings(List.of(keys), true, "", ReceiverFaults.NONE);
    }

    public ReceiverSettings with(ReceiverFaults other) {
        return new ReceiverSettings(keys, isSignatureChecked, partner, other);
    }

    boolean readsFeed() {
        return !partner.isEmpty();
    }

    /** The path of the partner's feed, which is the {@code source} of its changes; empty without one. */
    String feed() {
        return partner.isEmpty() ? "" : "/v1/partners/" + partner + "/feed";
    }
}
