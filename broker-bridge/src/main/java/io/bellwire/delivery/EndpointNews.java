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
     * The endpoint answers 2xx, but its partner processes nothing.
     *
     * @param received what the endpoint has received
     * @param processed up to where the partner has processed its feed
     */
    record Suspicious(Revision received, Revision processed) implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.suspicious";
        }
    }

    /** The partner has processed something after {@link Suspicious}, or need not any more. */
    record Trusted() implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.trusted";
        }
    }

    /** The endpoint has answered a call with 2xx though its signature was wrong. */
    record SignatureNotChecked() implements EndpointNews {
        @Override
        public String type() {
            return "io.bellwire.endpoint.signature-not-checked";
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
