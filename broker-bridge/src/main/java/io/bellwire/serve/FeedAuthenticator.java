package io.bellwire.serve;

import io.bellwire.broker.DeviceAuthenticator;
import io.bellwire.feedapi.FeedApi;
import io.bellwire.log.DeviceId;
import java.util.concurrent.CompletionStage;

/** Has the registry of the HTTP API check the devices of the broker. Thread-safe. */
record FeedAuthenticator(FeedApi feed) implements DeviceAuthenticator {
    @Override
    public CompletionStage<Boolean> authenticate(DeviceId device, byte[] secret) {
        return feed.authenticate(device, secret);
    }

    @Override
    public CompletionStage<Boolean> isEnabled(DeviceId device) {
        return feed.isEnabled(device);
    }
}
