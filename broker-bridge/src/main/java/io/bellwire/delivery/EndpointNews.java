package io.bellwire.delivery;

import io.bellwire.log.Revision;
import io.bellwire.webhook.EndpointReplay;

/** What happens to an endpoint and is written into its partner's feed. */
public sealed interface EndpointNews {
    /** The type of the event. */
    String type();

    /**
     * Attempts in a row have failed.
     *
     * @param failures how many
     * @param error the last one, in one line
     */
    record Failing(int failures, String error) implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.failing";
        }
    }

    /** An attempt has succeeded after {@link Failing}. */
    record Recovered() implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.recovered";
        }
    }

    /** A replay was started. */
    record ReplayStarted(EndpointReplay replay) implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.replay-started";
        }
    }

    /** A replay is over. */
    record ReplayEnded(EndpointReplay replay) implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.replay-ended";
        }
    }

    /**
     * Retention has removed changes that the endpoint had not received.
     *
     * @param from the first
     * @param to the last
     * @param count how many in between, at most: some may be of types that the endpoint does not want
     */
    record Missed(Revision from, Revision to, long count) implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.missed";
        }
    }
}
