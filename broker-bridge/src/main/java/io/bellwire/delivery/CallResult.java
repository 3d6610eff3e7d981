package io.bellwire.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What became of one attempt of a call. */
public sealed interface CallResult {
    /** Applies the function of the three that is for this kind of result. */
    <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed, Function<Busy, T> busy);

    /**
     * The endpoint has answered.
     *
     * @param retryAfter the time that the answer asks to wait, from now on
     * @param body the start of the answer's body
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Answered(int status, Optional<Duration> retryAfter, byte[] body, Duration elapsed) implements CallResult {
        private static final int OK = 200;
        private static final int REDIRECTS = 300;

        /** Whether the endpoint has received the call. */
        public boolean isReceived() {
            return status >= OK && status < REDIRECTS;
        }

        /** The first characters of the body, up to {@code length}; what cannot be printed is a full stop. */
        public String bodyStart(int length) {
            // a character has four bytes at most
            String text = new String(body, 0, Math.min(body.length, 4 * length), StandardCharsets.UTF_8);
            StringBuilder printable = new StringBuilder();
            text.codePoints()
                    .limit(length)
                    .map(c -> Character.isISOControl(c) || !Character.isDefined(c) || isInvisible(c) ? '.' : c)
                    .forEach(printable::appendCodePoint);
            return printable.toString();
        }

        /** Characters that change how text around them is shown, such as those that write from right to left. */
        private static boolean isInvisible(int c) {
            int type = Character.getType(c);
            return type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.PRIVATE_USE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
        }

        @Override
        public <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed, Function<Busy, T> busy) {
            return answered.apply(this);
        }
    }

    /**
     * There was no answer.
     *
     * @param reason one word, such as {@code timeout}
     * @param detail one line for the operator and the partner
     */
    record Failed(String reason, String detail, Duration elapsed) implements CallResult {
        @Override
        public <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed, Function<Busy, T> busy) {
            return failed.apply(this);
        }
    }

    /**
     * The call was not made, because too many others go to the same host. This is no fault of the endpoint.
     *
     * @param retryAfter when there may be room
     */
    record Busy(Duration retryAfter) implements CallResult {
        @Override
        public <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed, Function<Busy, T> busy) {
            return busy.apply(this);
        }
    }
}
