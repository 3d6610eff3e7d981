package io.bellwire.serve;

import io.bellwire.broker.FetchHandler;
import io.bellwire.http.FeedFetch;
import io.bellwire.log.DeviceId;
import java.util.concurrent.CompletionStage;

/** Passes feed reads over MQTT from the broker to the feed. Thread-safe. */
record MqttFetch(FeedFetch feeds) implements FetchHandler {
    @Override
    public CompletionStage<Answer> fetch(DeviceId device, byte[] request, int bodyBytesMax) {
        return feeds.read(device, request, bodyBytesMax).thenApply(MqttFetch::answer);
    }

    @Override
    public Answer busy() {
        return answer(feeds.busy());
    }

    private static Answer answer(FeedFetch.Answer read) {
        return new Answer(read.contentType(), read.body(), read.headers(), read.readWithin(), read.written());
    }
}
