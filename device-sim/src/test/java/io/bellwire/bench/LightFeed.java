package io.bellwire.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.device.AckAnswer;
import io.bellwire.device.Answer;
import io.bellwire.device.Change;
import io.bellwire.device.Cursor;
import io.bellwire.net.Feed;
import io.bellwire.net.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One device's feed over an {@link HttpPool}. It reads of each change what a device has to know, and leaves out its body.
 * Used on the loop's thread alone.
 */
final class LightFeed implements Feed {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PAGE_LIMIT = 100;

    private final HttpPool pool;
    private final Identity who;

    LightFeed(HttpPool pool, Identity who) {
        this.pool = pool;
        this.who = who;
    }

    @Override
    public CompletionStage<Answer> page(Cursor after, long waitMillis) {
        CompletableFuture<Answer> page = new CompletableFuture<>();
        String path =
                "/v1/devices/" + who.id() + "/feed?limit=" + PAGE_LIMIT + (after == null ? "" : "&cursor=" + after);
        pool.send(HttpLoad.request("GET", path, who.secret(), "", new byte[0]), answer -> page.complete(page(answer)));
        return page;
    }

    @Override
    public CompletionStage<Answer> snapshot(String next) {
        return CompletableFuture.completedFuture(new Answer.Failed(0, "no benchmark needs a snapshot"));
    }

    @Override
    public CompletionStage<AckAnswer> acknowledge(Cursor processed) {
        CompletableFuture<AckAnswer> acked = new CompletableFuture<>();
        byte[] request = HttpLoad.request(
                "POST",
                "/v1/devices/" + who.id() + "/acks",
                who.secret(),
                "Content-Type: application/json\r\n",
                ("{\"processed\":\"" + processed + "\"}").getBytes(StandardCharsets.US_ASCII));
        pool.send(
                request,
                answer -> acked.complete(
                        answer != null && answer.isGood()
                                ? new AckAnswer.Accepted()
                                : new AckAnswer.Failed(0, String.valueOf(answer))));
        return acked;
    }

    private static Answer page(HttpAnswer answer) {
        if (answer == null || answer.status() != 200) {
            return new Answer.Failed(0, String.valueOf(answer));
        }
        try {
            return new Answer.Page(
                    changes(answer),
                    Cursor.parse(answer.header("bellwire-cursor")).orElseThrow(),
                    answer.header("bellwire-up-to-date").equals("true"));
        } catch (IOException e) {
            return new Answer.Failed(0, e.toString());
        }
    }

    private static List<Change> changes(HttpAnswer answer) throws IOException {
        List<Change> changes = new ArrayList<>();
        try (JsonParser json =
                JSON.createParser(answer.bytes(), answer.headBytes(), answer.length() - answer.headBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                changes.add(change(json));
            }
        }
        return changes;
    }

    /** From its first brace to its last. */
    private static Change change(JsonParser json) throws IOException {
        Cursor cursor = null;
        String type = "";
        String order = null;
        long version = 0;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> cursor = Cursor.parse(json.getText()).orElseThrow();
                case "type" -> type = json.getText();
                case "data" -> {
                    while (json.nextToken() != JsonToken.END_OBJECT) {
                        String field = json.currentName();
                        json.nextToken();
                        switch (field) {
                            case "id" -> order = json.getText();
                            case "version" -> version = json.getLongValue();
                            default -> json.skipChildren();
                        }
                    }
                }
                default -> json.skipChildren();
            }
        }
        return new Change(cursor, type, order, version, "");
    }
}
