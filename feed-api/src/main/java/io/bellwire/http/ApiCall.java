package io.bellwire.http;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * One request as its endpoint gets it: its route found, its caller known, its body read. Used by one thread at a time.
 *
 * @param parameters what the path has in place of the template's parameters
 * @param connection tells whether the client still waits
 * @param responseExecutor runs what makes and writes the answer; nothing that it runs may block
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record ApiCall(
        ApiRoute route,
        Map<String, String> parameters,
        Head head,
        Caller caller,
        byte[] body,
        CallerConnection connection,
        Executor responseExecutor) {
    /** The largest page that a caller may ask for. */
    static final int LIMIT_MAX = 1_000;

    static final int LIMIT_DEFAULT = 100;

    /**
     * What comes before a request's body, without its path.
     *
     * @param address the client's address
     */
    record Head(String method, Map<String, String> query, HttpFields headers, String address) {}

    String method() {
        return head.method();
    }

    Map<String, String> query() {
        return head.query();
    }

    HttpFields headers() {
        return head.headers();
    }

    /** The path parameter {@code name}; the route has it. */
    String pathParameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the route " + route.template() + " has no parameter " + name);
        }
        return value;
    }

    /** The feed of the device, partner or operator that the path names; 404 if its id is not well formed. */
    FeedId feed() {
        FeedId feed = route.ownerFeed(parameters);
        if (feed == null) {
            throw noSuchAccount();
        }
        return feed;
    }

    /** 404 for the device, partner or operator that the path names. */
    ProblemException noSuchAccount() {
        String kind = route.accountKind();
        String id = pathParameter("id");
        return new ProblemException(Problem.notFound(
                DeviceId.isValid(id)
                        ? "there is no " + kind + " " + id
                        : "there is no such " + kind + ": an id is " + DeviceId.FORM));
    }

    /** The query parameter {@code name}, which may also be given as {@code otherName}; both at once are refused. */
    Optional<String> query(String name, String otherName) {
        String value = query().get(name);
        String otherValue = query().get(otherName);
        if (value != null && otherValue != null) {
            throw new ProblemException(
                    Problem.invalidRequest(otherName + " is another name for " + name + ": give one of them"));
        }
        return Optional.ofNullable(value != null ? value : otherValue);
    }

    /** The query parameter {@code limit}: 1 to {@link #LIMIT_MAX}. */
    int limit(int defaultValue) {
        return wholeNumber("limit", query().get("limit"), 1, LIMIT_MAX, defaultValue);
    }

    /**
     * The whole number from {@code min} to {@code max} that {@code text} is; 400 if it is none.
     *
     * @param name the parameter, for the problem
     * @param text null if the parameter is missing: then it is {@code defaultValue}
     */
    static int wholeNumber(String name, @Nullable String text, int min, int max, int defaultValue) {
        if (text == null) {
            return defaultValue;
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
        return Optional.ofNullable(headers().get(name));
    }

    /** A header whose value is a list: all its lines, joined by commas (RFC 9110, section 5.3). */
    Optional<String> headerList(String name) {
        List<String> lines = headers().getValuesList(name);
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join(",", lines));
    }
}
