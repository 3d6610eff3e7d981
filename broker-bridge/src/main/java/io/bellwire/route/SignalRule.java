package io.bellwire.route;

import java.time.Duration;

/**
 * How a change rings. Immutable; the constructor throws {@link IllegalArgumentException} that names what is wrong.
 *
 * @param topic the topic of MQTT devices; other doorbells have none
 * @param tier how much the message carries, as far as it fits
 * @param window at most one such message in each of these
 * @param expirySeconds after how long the message is of no use any more; 0 for what the doorbell says by itself
 * @param bytesMax the longest payload
 */
public record SignalRule(TopicTemplate topic, Tier tier, Duration window, int expirySeconds, int bytesMax) {
    /** The longest window. */
    public static final Duration WINDOW_MAX = Duration.ofMinutes(1);

    /** Under this a plain signal would not fit. */
    public static final int BYTES_LEAST = 128;

    /** Above this a single message would fill the buffer of a connection. */
    public static final int BYTES_MOST = 16_384;

    private static final int EXPIRY_SECONDS_MAX = 86_400;

    public SignalRule {
        if (window.isNegative() || window.compareTo(WINDOW_MAX) > 0) {
            throw new IllegalArgumentException("window must be zero to a minute, is " + window);
        }
        if (expirySeconds < 0 || expirySeconds > EXPIRY_SECONDS_MAX) {
            throw new IllegalArgumentException("expiry must be up to a day, is " + expirySeconds + " s");
        }
        if (bytesMax < BYTES_LEAST || bytesMax > BYTES_MOST) {
            throw new IllegalArgumentException(
                    "size limit must be " + BYTES_LEAST + " to " + BYTES_MOST + " bytes, is " + bytesMax);
        }
    }

    /** What a change rings with that no route says anything of. */
    public static SignalRule plain(Duration window, int bytesMax) {
        return new SignalRule(TopicTemplate.SIGNAL, Tier.SIGNAL, window, 0, bytesMax);
    }

    /** The same, with no more in the message than {@code most}. */
    public SignalRule withTierAtMost(Tier most) {
        return tier.lower(most) == tier ? this : new SignalRule(topic, most, window, expirySeconds, bytesMax);
    }

    /** The rule for a message that tells of changes of this rule and of the other: of each thing the lesser. */
    public SignalRule lowest(SignalRule other) {
        if (other.equals(this)) {
            return this;
        }
        int expiry = expirySeconds == 0 || other.expirySeconds == 0
                ? Math.max(expirySeconds, other.expirySeconds)
                : Math.min(expirySeconds, other.expirySeconds);
        return new SignalRule(
                topic,
                tier.lower(other.tier),
                window.compareTo(other.window) <= 0 ? window : other.window,
                expiry,
                Math.min(bytesMax, other.bytesMax));
    }
}
