package io.bellwire.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;

/**
 * One TCP connection of a {@link Loop}, used only on its thread. Between two reads it keeps no buffer unless it has
 * received part of something, so that thousands of idle connections cost next to nothing.
 */
final class Wire {
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private final byte[] shared;
    private final Ear ear;
    private final Queue<ByteBuffer> unsent = new ArrayDeque<>(2);
    private byte[] kept = NOTHING;
    private int keptLength;
    private boolean over;

    /** Who is at its end. */
    interface Ear {
        /**
         * How many of the first {@code length} bytes it has taken; the rest comes again, with more behind it. The array
         * is good until this returns.
         */
        int read(byte[] bytes, int length);

        /** The other side has closed it, or cannot be reached. */
        void closed(String why);
    }

    /** @param shared what the wires of a loop read into, one after the other */
    Wire(SocketChannel channel, SelectionKey key, byte[] shared, Function<Wire, Ear> ear) {
        this.channel = channel;
        this.key = key;
        this.shared = shared;
        this.ear = ear.apply(this);
    }

    /** Sends it, as soon as the connection stands. */
    void send(byte[] bytes) {
        unsent.add(ByteBuffer.wrap(bytes));
        if (unsent.size() == 1 && channel.isConnected()) {
            write();
        }
    }

    void close() {
        over = true;
        key.cancel();
        try {
            channel.close();
        } catch (IOException closedAnyway) {
            // there is nothing that it could still be needed for
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

    /** The connection stands. */
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
        byte[] bytes = keptLength == 0 ? shared : kept;
        int read = channel.read(ByteBuffer.wrap(bytes, keptLength, bytes.length - keptLength));
        if (read < 0) {
            lost("closed by the server");
            return;
        }
        int length = keptLength + read;
        keep(bytes, ear.read(bytes, length), length);
    }

    private void keep(byte[] bytes, int from, int to) {
        keptLength = to - from;
        if (keptLength == 0) {
            kept = NOTHING;
        } else if (from > 0 || to == bytes.length || bytes == shared) {
            byte[] larger = new byte[Math.max(512, 2 * keptLength)];
            System.arraycopy(bytes, from, larger, 0, keptLength);
            kept = larger;
        }
    }

    /** Closes it, and says so. */
    void lost(String why) {
        if (!over) {
            close();
            ear.closed(why);
        }
    }
}
