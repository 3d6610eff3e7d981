package io.bellwire.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.runtime.Stopwatch;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs which clients are refused, from where, and why, so that whoever operates the server can see why a device gets
 * nothing. Each client and reason makes one line a minute, each address 20 at once and one a second, all together 100
 * and ten. Never logs a secret. Thread-safe.
 */
public final class RefusalLog {
    private static final TokenBucket OF_ADDRESS = new TokenBucket(1, 20);
    private static final TokenBucket OF_ALL = new TokenBucket(10, 100);
    private static final String ALL = "all";
    private static final int KEYS_MAX = 10_000;
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final int NAME_MAX = 64;

    private final Logger log;
    private final Cache<String, Boolean> logged;
    private final RateByKey<ClientAddress> ofAddress;
    private final RateByKey<String> ofAll;
    private final AtomicLong heldBack = new AtomicLong();

    /** @param log gets the lines, as warnings */
    public RefusalLog(Logger log, Stopwatch elapsed) {
        this.log = log;
        this.logged = Caffeine.newBuilder()
                .maximumSize(KEYS_MAX)
                .expireAfterWrite(SILENCE)
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
        this.ofAddress = new RateByKey<>(OF_ADDRESS, KEYS_MAX, elapsed);
        this.ofAll = new RateByKey<>(OF_ALL, 1, elapsed);
    }

    /**
     * A client is refused.
     *
     * @param clientId what the client calls itself, whatever it contains; null if that is not known
     * @param tag a short name of the reason
     * @param reason the reason in words, without secrets and without what the client has sent
     */
    public void refused(@Nullable String clientId, @Nullable SocketAddress remote, String tag, String reason) {
        String name = clientId == null ? "a client that has not logged in" : cleaned(clientId);
        ClientAddress from = ClientAddress.of(remote);
        String address = remote instanceof InetSocketAddress socket && socket.getAddress() != null
                ? socket.getAddress().getHostAddress()
                : "an unknown address";
        String key = tag + " " + name + " " + (clientId == null ? from : "");
        if (logged.asMap().putIfAbsent(key, true) == null
                && ofAddress.take(from).isZero()
                && ofAll.take(ALL).isZero()) {
            log.warn(
                    "refused {} from {}: {} ({}; {} more refusals since the last such line)",
                    name,
                    address,
                    reason,
                    tag,
                    heldBack.getAndSet(0));
        } else {
            heldBack.incrementAndGet();
        }
    }

    /** A client id without anything that a log or a terminal could take for something else, and not too long. */
    static String cleaned(String clientId) {
        String cut = clientId.length() > NAME_MAX ? clientId.substring(0, NAME_MAX) + "..." : clientId;
        return '"' + cut.replaceAll("[^A-Za-z0-9._~/-]", "?") + '"';
    }
}
