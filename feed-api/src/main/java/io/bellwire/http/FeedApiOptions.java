package io.bellwire.http;

import io.bellwire.feed.TokenBucket;
import io.bellwire.group.GroupLimits;
import io.bellwire.log.Durability;
import io.bellwire.log.LogLimits;
import io.bellwire.presence.PresenceOptions;
import io.bellwire.query.QueryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to run the HTTP API and the log behind it. Immutable; a value that cannot be is refused with a
 * {@link ConfigurationException} that names it.
 *
 * @param dataFolder where to keep everything; empty for a server in memory that leaves nothing behind
 * @param postgres the PostgreSQL database to use for the log; empty for segments in the data folder or in memory
 * @param host address to listen on
 * @param port 0 to 65535; 0 picks a free one
 * @param durability what an acknowledged write survives, where PostgreSQL does not say that itself
 * @param limits the log's bounds
 * @param retention how long changes are kept, at least a minute
 * @param answersKept how long idempotency keys are remembered, at least a minute and not above {@code retention}
 * @param connectionsMax HTTP connections at once
 * @param waitersMax long polls that wait at once
 * @param streams bounds of the streams of signals
 * @param callerRate how often each device and partner may ask
 * @param feedReadRate how often feeds may be read by all together
 * @param feedPagesExpected pages of feeds a second that the server is taken to serve until that has been measured
 * @param presence when it is told that devices come and go
 * @param groups bounds of what goes to groups
 * @param query whether orders can be searched, and what that may cost
 * @param newEpoch whether the log starts a new epoch, which it must after a restore from a backup
 */
public record FeedApiOptions(
        Optional<Path> dataFolder,
        Optional<Postgres> postgres,
        String host,
        int port,
        Durability durability,
        LogLimits limits,
        Duration retention,
        Duration answersKept,
        int connectionsMax,
        int waitersMax,
        StreamOptions streams,
        TokenBucket callerRate,
        TokenBucket feedReadRate,
        int feedPagesExpected,
        PresenceOptions presence,
        GroupLimits groups,
        QueryOptions query,
        boolean newEpoch) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** In memory, on a free port of the loopback interface. */
    public static final FeedApiOptions DEFAULT = new FeedApiOptions(
            Optional.empty(),
            Optional.empty(),
            "127.0.0.1",
            0,
            Durability.SYNC,
            LogLimits.DEFAULT,
            Duration.ofDays(30),
            Duration.ofDays(7),
            20_000,
            20_000,
            StreamOptions.DEFAULT,
            new TokenBucket(20, 200),
            TokenBucket.UNLIMITED,
            2_000,
            PresenceOptions.DEFAULT,
            GroupLimits.DEFAULT,
            QueryOptions.DEFAULT,
            false);

    /** Where a PostgreSQL database is, as JDBC says it, and who asks. */
    public record Postgres(String url, String user, String password) {
        /** Leaves the password out. */
        @Override
        public String toString() {
            return url + " as " + user;
        }
    }

    public FeedApiOptions {
        if (port < 0 || port > 65_535) {
            throw new ConfigurationException("HTTP port must be 0 to 65535, is " + port);
        }
        if (retention.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException("retention must be at least " + SHORTEST + ", is " + retention);
        }
        if (answersKept.compareTo(SHORTEST) < 0 || answersKept.compareTo(retention) > 0) {
            throw new ConfigurationException("idempotency keys must be kept for at least " + SHORTEST
                    + " and not longer than the retention of " + retention + ", is " + answersKept);
        }
        if (connectionsMax < 1) {
            throw new ConfigurationException("HTTP connections must be at least 1, is " + connectionsMax);
        }
        if (waitersMax < 0) {
            throw new ConfigurationException("waiting long polls must not be negative, is " + waitersMax);
        }
        if (feedPagesExpected < 1) {
            throw new ConfigurationException("expected pages per second must be at least 1, are " + feedPagesExpected);
        }
        if (host.isBlank()) {
            throw new ConfigurationException("host must not be empty");
        }
    }

    public FeedApiOptions withDataFolder(Path folder) {
        return with(copy -> copy.dataFolder = Optional.of(folder));
    }

    public FeedApiOptions withPostgres(Postgres database) {
        return with(copy -> copy.postgres = Optional.of(database));
    }

    public FeedApiOptions withLimits(LogLimits newLimits) {
        return with(copy -> copy.limits = newLimits);
    }

    public FeedApiOptions withStreams(StreamOptions newStreams) {
        return with(copy -> copy.streams = newStreams);
    }

    public FeedApiOptions withRates(TokenBucket newCallerRate, TokenBucket newFeedReadRate) {
        return with(copy -> {
            copy.callerRate = newCallerRate;
            copy.feedReadRate = newFeedReadRate;
        });
    }

    public FeedApiOptions withPresence(PresenceOptions newPresence) {
        return with(copy -> copy.presence = newPresence);
    }

    public FeedApiOptions withGroups(GroupLimits newGroups) {
        return with(copy -> copy.groups = newGroups);
    }

    public FeedApiOptions withQuery(QueryOptions newQuery) {
        return with(copy -> copy.query = newQuery);
    }

    public FeedApiOptions withNewEpoch() {
        return with(copy -> copy.newEpoch = true);
    }

    private FeedApiOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.options();
    }

    /** Options that are being changed. */
    private static final class Copy {
        private final FeedApiOptions from;
        private Optional<Path> dataFolder;
        private Optional<Postgres> postgres;
        private LogLimits limits;
        private StreamOptions streams;
        private TokenBucket callerRate;
        private TokenBucket feedReadRate;
        private PresenceOptions presence;
        private GroupLimits groups;
        private QueryOptions query;
        private boolean newEpoch;

        Copy(FeedApiOptions from) {
            this.from = from;
            this.dataFolder = from.dataFolder;
            this.postgres = from.postgres;
            this.limits = from.limits;
            this.streams = from.streams;
            this.callerRate = from.callerRate;
            this.feedReadRate = from.feedReadRate;
            this.presence = from.presence;
            this.groups = from.groups;
            this.query = from.query;
            this.newEpoch = from.newEpoch;
        }

        FeedApiOptions options() {
            return new FeedApiOptions(
                    dataFolder,
                    postgres,
                    from.host,
                    from.port,
                    from.durability,
                    limits,
                    from.retention,
                    from.answersKept,
                    from.connectionsMax,
                    from.waitersMax,
                    streams,
                    callerRate,
                    feedReadRate,
                    from.feedPagesExpected,
                    presence,
                    groups,
                    query,
                    newEpoch);
        }
    }
}
