package io.bellwire.feedapi;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.TokenBucket;
import io.bellwire.group.GroupLimits;
import io.bellwire.http.CallerLimits;
import io.bellwire.http.HttpOptions;
import io.bellwire.http.SecretRules;
import io.bellwire.http.StreamOptions;
import io.bellwire.log.Durability;
import io.bellwire.log.LogLimits;
import io.bellwire.presence.PresenceOptions;
import io.bellwire.query.QueryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Options of the HTTP API and of the log behind it. Immutable; the constructor throws {@link ConfigurationException}
 * that names the option. Make them with {@link #builder}, or change a few of {@link #DEFAULT} with the {@code with}
 * methods.
 *
 * @param dataFolder the folder for the log and the operator's token; empty, the default, for a server in memory
 * @param postgres the PostgreSQL database of the log; empty, the default, for segments in the data folder or in memory
 * @param host address to listen on; default 127.0.0.1
 * @param port 0 to 65535; 0, the default, takes a free one
 * @param durability what an acknowledged write survives; PostgreSQL has its own setting for that; default sync
 * @param limits the log's limits
 * @param retention how long changes are kept, at least a minute; default 30 days
 * @param responsesKept how long stored responses of idempotency keys are kept, at least a minute and at most {@code
 *     retention}; default 7 days
 * @param connectionsMax HTTP connections at once; default 20,000
 * @param waitersMax long polls that wait at once; default 20,000
 * @param streams limits of the streams of signals
 * @param callers how much HTTP callers may make the server hold
 * @param callerRate how often each device or partner may send requests; default 20 a second, 200 at once
 * @param feedReadRate how often all callers together may read feeds; default unlimited
 * @param failedLogins how many logins may fail before a client has to wait; default 100 at once and one a second from
 *     one address, and waits of up to a minute
 * @param secrets how secrets are rotated, and what operators may do only with a second factor; default: an old secret
 *     ends at once, and operators need no second factor
 * @param feedPagesExpected pages of feeds a second that the server is expected to serve until this has been measured;
 *     default 2,000
 * @param presence when events say that devices connect and disconnect
 * @param groups limits of events for groups
 * @param query whether there is an order search, and its limits
 * @param newEpoch whether the log begins a new epoch, which it must after a restore from a backup; default false
 */
public record FeedApiOptions(
        Optional<Path> dataFolder,
        Optional<Postgres> postgres,
        String host,
        int port,
        Durability durability,
        LogLimits limits,
        Duration retention,
        Duration responsesKept,
        int connectionsMax,
        int waitersMax,
        StreamOptions streams,
        CallerLimits callers,
        TokenBucket callerRate,
        TokenBucket feedReadRate,
        FailedLoginLimits failedLogins,
        SecretRules secrets,
        int feedPagesExpected,
        PresenceOptions presence,
        GroupLimits groups,
        QueryOptions query,
        boolean newEpoch) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** The default of each option: in memory, on a free port of the loopback interface. */
    public static final FeedApiOptions DEFAULT = builder().build();

    /** The address of a PostgreSQL database as a JDBC URL, and the account to use. */
    public record Postgres(String url, String user, String password) {
        /** Leaves the password out, and the parameters of the URL, which may have one too. */
        @Override
        public String toString() {
            return url.replaceFirst("\\?.*", "") + " as " + user;
        }
    }

    public FeedApiOptions {
        try {
            HttpOptions unused = new HttpOptions(host, port, connectionsMax, waitersMax, streams, callers, secrets);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        if (retention.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException("retention must be at least " + SHORTEST + ", is " + retention);
        }
        if (responsesKept.compareTo(SHORTEST) < 0 || responsesKept.compareTo(retention) > 0) {
            throw new ConfigurationException("idempotency keys must be kept for at least " + SHORTEST
                    + " and not longer than the retention of " + retention + ", is " + responsesKept);
        }
        if (feedPagesExpected < 1) {
            throw new ConfigurationException("expected pages per second must be at least 1, are " + feedPagesExpected);
        }
    }

    /** The options of the HTTP server. */
    HttpOptions http() {
        return new HttpOptions(host, port, connectionsMax, waitersMax, streams, callers, secrets);
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.dataFolder = dataFolder;
        builder.postgres = postgres;
        builder.host = host;
        builder.port = port;
        builder.durability = durability;
        builder.limits = limits;
        builder.retention = retention;
        builder.responsesKept = responsesKept;
        builder.connectionsMax = connectionsMax;
        builder.waitersMax = waitersMax;
        builder.streams = streams;
        builder.callers = callers;
        builder.callerRate = callerRate;
        builder.feedReadRate = feedReadRate;
        builder.failedLogins = failedLogins;
        builder.secrets = secrets;
        builder.feedPagesExpected = feedPagesExpected;
        builder.presence = presence;
        builder.groups = groups;
        builder.query = query;
        builder.newEpoch = newEpoch;
        return builder;
    }

    public FeedApiOptions withDataFolder(Path folder) {
        return toBuilder().dataFolder(folder).build();
    }

    public FeedApiOptions withPostgres(Postgres database) {
        return toBuilder().postgres(Optional.of(database)).build();
    }

    public FeedApiOptions withLimits(LogLimits newLimits) {
        return toBuilder().limits(newLimits).build();
    }

    public FeedApiOptions withStreams(StreamOptions newStreams) {
        return toBuilder().streams(newStreams).build();
    }

    public FeedApiOptions withCallers(CallerLimits newCallers) {
        return toBuilder().callers(newCallers).build();
    }

    public FeedApiOptions withRates(TokenBucket newCallerRate, TokenBucket newFeedReadRate) {
        return toBuilder()
                .callerRate(newCallerRate)
                .feedReadRate(newFeedReadRate)
                .build();
    }

    public FeedApiOptions withFailedLogins(FailedLoginLimits newLimits) {
        return toBuilder().failedLogins(newLimits).build();
    }

    public FeedApiOptions withPresence(PresenceOptions newPresence) {
        return toBuilder().presence(newPresence).build();
    }

    public FeedApiOptions withGroups(GroupLimits newGroups) {
        return toBuilder().groups(newGroups).build();
    }

    public FeedApiOptions withQuery(QueryOptions newQuery) {
        return toBuilder().query(newQuery).build();
    }

    public FeedApiOptions withNewEpoch() {
        return toBuilder().newEpoch(true).build();
    }

    /** Names each option. Not thread-safe. */
    public static final class Builder {
        private Optional<Path> dataFolder = Optional.empty();
        private Optional<Postgres> postgres = Optional.empty();
        private String host = "127.0.0.1";
        private int port;
        private Durability durability = Durability.SYNC;
        private LogLimits limits = LogLimits.DEFAULT;
        private Duration retention = Duration.ofDays(30);
        private Duration responsesKept = Duration.ofDays(7);
        private int connectionsMax = 20_000;
        private int waitersMax = 20_000;
        private StreamOptions streams = StreamOptions.DEFAULT;
        private CallerLimits callers = CallerLimits.DEFAULT;
        private TokenBucket callerRate = new TokenBucket(20, 200);
        private TokenBucket feedReadRate = TokenBucket.UNLIMITED;
        private FailedLoginLimits failedLogins = FailedLoginLimits.DEFAULT;
        private SecretRules secrets = SecretRules.DEFAULT;
        private int feedPagesExpected = 2_000;
        private PresenceOptions presence = PresenceOptions.DEFAULT;
        private GroupLimits groups = GroupLimits.DEFAULT;
        private QueryOptions query = QueryOptions.DEFAULT;
        private boolean newEpoch;

        private Builder() {}

        public Builder dataFolder(Path folder) {
            dataFolder = Optional.of(folder);
            return this;
        }

        public Builder postgres(Optional<Postgres> value) {
            postgres = value;
            return this;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        public Builder limits(LogLimits value) {
            limits = value;
            return this;
        }

        public Builder retention(Duration value) {
            retention = value;
            return this;
        }

        public Builder responsesKept(Duration value) {
            responsesKept = value;
            return this;
        }

        public Builder connectionsMax(int value) {
            connectionsMax = value;
            return this;
        }

        public Builder waitersMax(int value) {
            waitersMax = value;
            return this;
        }

        public Builder streams(StreamOptions value) {
            streams = value;
            return this;
        }

        public Builder callers(CallerLimits value) {
            callers = value;
            return this;
        }

        public Builder callerRate(TokenBucket value) {
            callerRate = value;
            return this;
        }

        public Builder feedReadRate(TokenBucket value) {
            feedReadRate = value;
            return this;
        }

        public Builder failedLogins(FailedLoginLimits value) {
            failedLogins = value;
            return this;
        }

        public Builder secrets(SecretRules value) {
            secrets = value;
            return this;
        }

        public Builder feedPagesExpected(int value) {
            feedPagesExpected = value;
            return this;
        }

        public Builder presence(PresenceOptions value) {
            presence = value;
            return this;
        }

        public Builder groups(GroupLimits value) {
            groups = value;
            return this;
        }

        public Builder query(QueryOptions value) {
            query = value;
            return this;
        }

        public Builder newEpoch(boolean value) {
            newEpoch = value;
            return this;
        }

        public FeedApiOptions build() {
            return new FeedApiOptions(
                    dataFolder,
                    postgres,
                    host,
                    port,
                    durability,
                    limits,
                    retention,
                    responsesKept,
                    connectionsMax,
                    waitersMax,
                    streams,
                    callers,
                    callerRate,
                    feedReadRate,
                    failedLogins,
                    secrets,
                    feedPagesExpected,
                    presence,
                    groups,
                    query,
                    newEpoch);
        }
    }
}
