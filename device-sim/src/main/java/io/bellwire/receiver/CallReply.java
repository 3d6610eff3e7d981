package io.bellwire.receiver;

import io.bellwire.certify.RuleViolation;

/**
 * A receiver's answer to a call. Immutable.
 *
 * @param body up to {@value #BODY_BYTES_MAX} bytes of it
 * @param bodyBytes how many bytes were read, at most one more than that
 */
record CallReply(int status, String body, int bodyBytes, long millis) {
    /** Bellwire reads no more of an answer. */
    static final int BODY_BYTES_MAX = 16 << 10;

    private static final int SHOWN = 100;

    boolean isReceived() {
        return status >= 200 && status < 300;
    }

    /** Fails unless the call was received. */
    CallReply expectReceived(String what) throws RuleViolation {
        if (!isReceived()) {
            throw new RuleViolation("2xx to " + what, toString());
        }
        return this;
    }

    /** Fails unless the call was refused as the caller's fault. */
    void expectRefused(String what) throws RuleViolation {
        if (status < 400 || status > 499) {
            throw new RuleViolation("4xx to " + what, toString());
        }
    }

    @Override
    public String toString() {
        return status + " " + (body.length() > SHOWN ? body.substring(0, SHOWN) + "..." : body);
    }
}
