package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendBuffersTest {
    private final SendBuffers buffers = new SendBuffers();
    private final List<ByteBuffer> written = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();

    /** A response whose writes complete when the test says so. */
    private final Response response = (Response) Proxy.newProxyInstance(
            Response.class.getClassLoader(), new Class<?>[] {Response.class}, (self, call, of) -> {
                written.add((ByteBuffer) of[1]);
                callbacks.add((Callback) of[2]);
                return null;
            });

    private void write(byte[] bytes) {
        ResponseContent content = new ResponseContent() {
            @Override
            public int length() {
                return bytes.length;
            }

            @Override
            public void writeTo(ByteBuffer buffer) {
                buffer.put(bytes);
            }
        };
        buffers.write(response, content, Callback.from(ended::incrementAndGet));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8 << 10, 100_000, 256 << 10, (256 << 10) + 1, 2_000_000})
    void anyLengthIsWrittenWhole(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);

        write(bytes);

        byte[] got = new byte[length];
        written.get(0).get(got);
        assertArrayEquals(bytes, got);
    }

    @Test
    void slowCallersHoldNoMoreThanABoundedNumber() {
        for (int i = 0; i < 500; i++) {
            write(new byte[100_000]);
        }
        assertEquals(64, buffers.inUse());
        assertEquals(64, written.stream().filter(ByteBuffer::isDirect).count());

        callbacks.forEach(Callback::succeeded);

        assertEquals(500, ended.get());
        assertEquals(0, buffers.inUse());
    }

    @Test
    void failedWriteGivesItsBufferBack() {
        write(new byte[100_000]);

        callbacks.get(0).failed(new IllegalStateException("cut"));

        assertEquals(0, buffers.inUse());
    }
}
