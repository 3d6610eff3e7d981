package io.bellwire.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;

/**
 * One TCP connection of a {@link EventLoop}, used only on its thread. Between two reads it keeps a buffer only for an
 * incomplete message, so that thousands of idle connections cost almost nothing.
 */
final class LoopConnection {
    private static final byte[] NO_BYTES = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private final byte[] shared;
    private final Listener listener;
    private final Queue<ByteBuffer> unsent = new ArrayDeque<>(2);
    private byte[] partial = NO_BYTES;
    private int partialLength;
    private boolean closed;

    /** Receives the connection's bytes. */
    interface Listener {
        /**
         * Reads some bytes. Returns how many of the first {@code length} bytes it has consumed; the rest is passed
         * again with later bytes. The array is valid only during the call.
         */
        int read(byte[] bytes, int length);

        /** The other side has closed the connection, or cannot be reached. */
        void closed(String why);
    }

    /** @param shared the read buffer that all connections of a loop share */
    LoopConnection(
            SocketChannel channel, SelectionKey key, byte[] shared, Function<LoopConnection, Listener> listener) {
        this.channel = channel;
        this.key = key;
        this.shared = shared;
        this.listener = listener.apply(this);
    }

    /** Sends the bytes as soon as the connection is established. */
    void send(byte[] bytes) {
        unsent.add(ByteBuffer.wrap(bytes));
        if (unsent.size() == 1 && channel.isConnected()) {
            write();
        }
    }

    void close() {
        closed = true;
        key.cancel();
        try {
            channel.close();
        } catch (IOException closedAnyway) {
            // the connection is no longer used
        }
    }

    void ready() {
        if (!key.isValid()) {
            return;
        }
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                write();
            } else if (key.isWritable()) {
                write();
            }
            if (key.isValid() && key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    /** The connection is established. */
    void connected() {
        write();
    }

    private void write() {
        try {
            while (!unsent.isEmpty()) {
                channel.write(unsent.peek());
                if (unsent.peek().hasRemaining()) {
                    break;
                }
                unsent.remove();
            }
            int operations = unsent.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            if (key.interestOps() != operations) {
                key.interestOps(operations);
            }
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    private void read() throws IOException {
        byte[] bytes = partialLength == 0 ? shared : partial;
        int read = channel.read(ByteBuffer.wrap(bytes, partialLength, bytes.length - partialLength));
        if (read < 0) {
            lost("closed by the server");
            return;
        }
        int length = partialLength + read;
        keepPartial(bytes, listener.read(bytes, length), length);
    }

    private void keepPartial(byte[] bytes, int from, int to) {
        partialLength = to - from;
        if (partialLength == 0) {
            partial = NO_BYTES;
        } else if (from > 0 || to == bytes.length || bytes == shared) {
            byte[] larger = new byte[Math.max(512, 2 * partialLength)];
            System.arraycopy(bytes, from, larger, 0, partialLength);
            partial = larger;
        }
    }

    /** Closes the connection and notifies the listener. */
    void lost(String why) {
        if (!closed) {
            close();
            listener.closed(why);
        }
    }
}
