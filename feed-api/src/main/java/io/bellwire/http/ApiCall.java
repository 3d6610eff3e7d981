package io.bellwire.http;

import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through an endpoint: routed, its caller known, its body read. Used by one thread at a time.
 *
 * @param answering the thread that answers; nothing that it runs may block
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record ApiCall(
        ApiRoute route,
        String method,
        HttpFields headers,
        Map<String, String> path,
        Map<String, String> query,
        Caller caller,
        byte[] body,
        Executor answering) {
    /** The path parameter {@code name}; the route has it. */
    String pathParameter(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no parameter " + name);
        }
        return value;
    }

    /** The feed of the device or partner that the path names, well formed or 404. */
    FeedId feed() {
        FeedId feed = route.owner(path);
        if (feed == null) {
            throw noSuchParty();
        }
        return feed;
    }

    /** 404 for the device or partner that the path names. */
    ProblemException noSuchParty() {
        String kind = route.isOfPartners() ? "partner" : "device";
        String id = pathParameter("id");
        return new ProblemException(Problem.notFound(
                DeviceId.isValid(id)
                        ? "there is no " + kind + " " + id
                        : "there is no such " + kind + ": an id is 1 to 64 of A-Z a-z 0-9 _ -"));
    }

    /** The query parameter, or the one that is another name for it; both at once are refused. */
    Optional<String> query(String name, String otherName) {
        String value = query.get(name);
        String other = query.get(otherName);
        if (value != null && other != null) {
            throw new ProblemException(
                    Problem.invalidRequest(otherName + " is another name for " + name + ": give one of them"));
        }
        return Optional.ofNullable(value != null ? value : other);
    }

    /** A whole number out of a range. */
    static int number(String name, @Nullable String text, int min, int max, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw new ProblemException(Problem.invalidRequest(name + " must be a whole number from " + min + " to " + max));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** A header whose value is a list, all its lines together (RFC 9110, section 5.3). */
    Optional<String> list(String name) {
        List<String> lines = headers.getValuesList(name);
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join(",", lines));
    }
}
