package io.bellwire.route;

import java.time.Duration;

/**
 * How a change is signalled. Immutable; the constructor throws {@link IllegalArgumentException} that names what is
 * wrong.
 *
 * @param topic the topic for MQTT devices; other channels have no topics
 * @param tier how much the message carries, as far as it fits
 * @param window a channel gets at most one signal of this rule in each window
 * @param expirySeconds after how long the message is useless; 0 for the channel's own default
 * @param bytesMax the longest payload
 */
public record SignalRule(TopicTemplate topic, Tier tier, Duration window, int expirySeconds, int bytesMax) {
    /** The longest window. */
    public static final Duration WINDOW_MAX = Duration.ofMinutes(1);

    /** A plain signal would not fit into less. */
    public static final int BYTES_MIN = 128;

    /** A longer message would by itself fill the send buffer of a connection. */
    public static final int BYTES_MAX = 16_384;

    private static final int EXPIRY_SECONDS_MAX = 86_400;

    public SignalRule {
        if (window.isNegative() || window.compareTo(WINDOW_MAX) > 0) {
            throw new IllegalArgumentException("window must be zero to a minute, is " + window);
        }
        if (expirySeconds < 0 || expirySeconds > EXPIRY_SECONDS_MAX) {
            throw new IllegalArgumentException("expiry must be up to a day, is " + expirySeconds + " s");
        }
        if (bytesMax < BYTES_MIN || bytesMax > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "size limit must be " + BYTES_MIN + " to " + BYTES_MAX + " bytes, is " + bytesMax);
        }
    }

    /** The rule for a change that no route has a rule for. */
    public static SignalRule plain(Duration window, int bytesMax) {
        return new SignalRule(TopicTemplate.SIGNAL, Tier.SIGNAL, window, 0, bytesMax);
    }

    /** The same rule, with the tier lowered to {@code tierMax} if it is higher. */
    public SignalRule withTierAtMost(Tier tierMax) {
        return tier.lowerOf(tierMax) == tier ? this : new SignalRule(topic, tierMax, window, expirySeconds, bytesMax);
    }

    /**
     * The rule for a message about changes of this rule and of {@code other}: of each value the more restrictive one.
     */
    public SignalRule combinedWith(SignalRule other) {
        if (other.equals(this)) {
            return this;
        }
        int expiry = expirySeconds == 0 || other.expirySeconds == 0
                ? Math.max(expirySeconds, other.expirySeconds)
                : Math.min(expirySeconds, other.expirySeconds);
        return new SignalRule(
                topic,
                tier.lowerOf(other.tier),
                window.compareTo(other.window) <= 0 ? window : other.window,
                expiry,
                Math.min(bytesMax, other.bytesMax));
    }
}
