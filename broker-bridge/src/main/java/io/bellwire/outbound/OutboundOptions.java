package io.bellwire.outbound;

import io.bellwire.tls.OutboundTlsOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How endpoints are called. Immutable. The constructor throws {@link IllegalArgumentException} that names the value;
 * change a few of {@link #DEFAULT} with {@link #toBuilder}.
 *
 * @param isHttpAllowed whether URLs may begin with http:// too; for tests; default false
 * @param addresses which addresses may be called; default the public internet
 * @param target how much one target is called; default 32 calls at once and 500 a second
 * @param callsMax calls at once in all; connections are twice as many at most, with those that are kept; default 2,000
 * @param connectTimeout for each address of a host; default 5 s
 * @param idleTimeout how long a connection without a call is kept; default 30 s
 * @param lookups how names are looked up
 * @param tls what is trusted, and the client certificate
 * @param sourceAddress the address to call from; default any
 * @param threads that run calls and their results, besides the one that waits for the network; 1 to 64, default 2
 */
public record OutboundOptions(
        boolean isHttpAllowed,
        AddressRules addresses,
        TargetLimit target,
        int callsMax,
        Duration connectTimeout,
        Duration idleTimeout,
        LookupOptions lookups,
        OutboundTlsOptions tls,
        Optional<InetAddress> sourceAddress,
        int threads) {
    public static final OutboundOptions DEFAULT = new OutboundOptions(
            false,
            AddressRules.PUBLIC,
            TargetLimit.DEFAULT,
            2_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            LookupOptions.DEFAULT,
            OutboundTlsOptions.DEFAULT,
            Optional.empty(),
            2);

    private static final int CALLS_MAX = 100_000;
    private static final int THREADS_MAX = 64;

    public OutboundOptions {
        if (callsMax < 1 || callsMax > CALLS_MAX) {
            throw new IllegalArgumentException("calls at once must be 1 to " + CALLS_MAX + ", are " + callsMax);
        }
        if (connectTimeout.toMillis() < 1 || connectTimeout.compareTo(OutboundCall.DEADLINE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the connect timeout must be 1 ms to " + OutboundCall.DEADLINE_MAX + ", is " + connectTimeout);
        }
        if (idleTimeout.toMillis() < 1 || idleTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("the idle timeout must be 1 ms to an hour, is " + idleTimeout);
        }
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("threads must be 1 to " + THREADS_MAX + ", are " + threads);
        }
    }

    /** A builder that begins with these options. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** For options that differ from others in a few values. Not thread-safe. */
    public static final class Builder {
        private boolean isHttpAllowed;
        private AddressRules addresses;
        private TargetLimit target;
        private int callsMax;
        private Duration connectTimeout;
        private Duration idleTimeout;
        private LookupOptions lookups;
        private OutboundTlsOptions tls;
        private Optional<InetAddress> sourceAddress;
        private int threads;

        private Builder(OutboundOptions options) {
            this.isHttpAllowed = options.isHttpAllowed();
            this.addresses = options.addresses();
            this.target = options.target();
            this.callsMax = options.callsMax();
            this.connectTimeout = options.connectTimeout();
            this.idleTimeout = options.idleTimeout();
            this.lookups = options.lookups();
            this.tls = options.tls();
            this.sourceAddress = options.sourceAddress();
            this.threads = options.threads();
        }

        public Builder httpAllowed(boolean value) {
            isHttpAllowed = value;
            return this;
        }

        public Builder addresses(AddressRules value) {
            addresses = value;
            return this;
        }

        public Builder target(TargetLimit value) {
            target = value;
            return this;
        }

        public Builder callsMax(int value) {
            callsMax = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        public Builder lookups(LookupOptions value) {
            lookups = value;
            return this;
        }

        public Builder tls(OutboundTlsOptions value) {
            tls = value;
            return this;
        }

        public Builder sourceAddress(Optional<InetAddress> value) {
            sourceAddress = value;
            return this;
        }

        public Builder threads(int value) {
            threads = value;
            return this;
        }

        public OutboundOptions build() {
            return new OutboundOptions(
                    isHttpAllowed,
                    addresses,
                    target,
                    callsMax,
                    connectTimeout,
                    idleTimeout,
                    lookups,
                    tls,
                    sourceAddress,
                    threads);
        }
    }
}
