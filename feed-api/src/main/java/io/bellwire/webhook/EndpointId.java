package io.bellwire.webhook;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;

/**
 * The name of an endpoint: the partner's feed, and a name that is unique for the partner. Its text is {@code
 * partners/{id}/{name}}. Immutable.
 *
 * @param feed the feed of the partner
 * @param name 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
 */
public record EndpointId(FeedId feed, String name) {
    public EndpointId {
        if (feed.partner().isEmpty()) {
            throw new IllegalArgumentException("an endpoint belongs to a partner, not to " + feed);
        }
        if (!isName(name)) {
            throw new IllegalArgumentException("the name of an endpoint must be " + DeviceId.FORM + ", is " + name);
        }
    }

    /** Whether an endpoint may have this name. */
    public static boolean isName(String text) {
        return DeviceId.isValid(text);
    }

    /** Parses {@code partners/{id}/{name}}; {@link IllegalArgumentException} for any other text. */
    public static EndpointId parse(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("an endpoint must be partners/{id}/{name}, is " + text);
        }
        return new EndpointId(new FeedId(text.substring(0, slash)), text.substring(slash + 1));
    }

    /** The id of the partner. */
    public String partner() {
        return feed.partner().orElseThrow();
    }

    @Override
    public String toString() {
        return feed.path() + "/" + name;
    }
}
