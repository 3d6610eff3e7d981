package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A response of a broken or hostile server must not fill the memory of a device. */
class CappedBodyTest {
    private final AtomicInteger cancelled = new AtomicInteger();
    private final CappedBody body = new CappedBody(5);
    private final CompletableFuture<byte[]> bytes = body.getBody().toCompletableFuture();

    private void subscribe() {
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
    }

    private static List<ByteBuffer> buffers(int... lengths) {
        return Arrays.stream(lengths).mapToObj(ByteBuffer::allocate).toList();
    }

    private void assertFailsWith(String message) {
        Throwable failure = assertThrows(CompletionException.class, () -> bytes.getNow(new byte[0]))
                .getCause();
        assertEquals(IOException.class, failure.getClass());
        assertEquals(message, failure.getMessage());
    }

    @Test
    void bodyMayBeExactlyAsLongAsItsLimit() {
        subscribe();
        body.onNext(buffers(1, 2));
        body.onNext(buffers(2));
        body.onComplete();
        assertArrayEquals(new byte[5], bytes.getNow(new byte[0]));
        assertEquals(0, cancelled.get());
    }

    @Test
    void longerBodyFailsAtOnceAndIsNotReadFurther() {
        subscribe();
        body.onNext(buffers(1, 2));
        body.onNext(buffers(3));
        assertFailsWith("the response has over 5 bytes");
        assertEquals(1, cancelled.get());
        body.onNext(buffers(1));
        body.onError(new IOException("cancelled"));
        body.onComplete();
        assertFailsWith("the response has over 5 bytes");
        assertEquals(1, cancelled.get());
    }

    @Test
    void connectionThatFailsFailsTheBody() {
        subscribe();
        body.onError(new IOException("reset"));
        assertFailsWith("reset");
    }
}
