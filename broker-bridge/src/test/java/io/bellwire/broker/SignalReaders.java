package io.bellwire.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Connected and subscribed MQTT 5 devices on one thread. They read their packets and count them, assuming that all
 * are as long as the first. Thread-safe.
 */
final class SignalReaders implements AutoCloseable {
    private static final long STEP_NANOS = 200_000;
    /** Longer than the benchmark, since the devices send nothing. */
    private static final int KEEP_ALIVE_SECONDS = 3_600;

    private final List<SocketChannel> channels = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::readAll, "readers");
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private volatile int packetBytes;
    private final LongAdder bytes = new LongAdder();

    SignalReaders(InetSocketAddress broker, List<String> devices) throws IOException {
        for (String device : devices) {
            SocketChannel channel = SocketChannel.open(broker);
            channels.add(channel);
            send(
                    channel,
                    Packets.connect(device)
                            .mqtt5()
                            .keepAlive(KEEP_ALIVE_SECONDS)
                            .bytes());
            send(channel, Packets.subscribe5(1, new byte[1], 0, SignalTopic.ofClient(device)));
            readPacket(channel); // CONNACK
            readPacket(channel); // SUBACK
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        thread.setDaemon(true);
        thread.start();
    }

    private static void send(SocketChannel channel, byte[] packet) throws IOException {
        channel.write(ByteBuffer.wrap(packet));
    }

    private static void readPacket(SocketChannel channel) throws IOException {
        ByteBuffer header = read(channel, 2);
        read(channel, header.get(1));
    }

    private static ByteBuffer read(SocketChannel channel, int length) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(length);
        while (read.hasRemaining() && channel.read(read) >= 0) {
            // until it is whole
        }
        return read;
    }

    /** How many packets were received so far. */
    long received() {
        return packetBytes == 0 ? 0 : bytes.sum() / packetBytes;
    }

    /** Waits until so many packets were received. */
    void awaitReceived(long packets) {
        while (received() < packets) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private void readAll() {
        try {
            while (selector.isOpen()) {
                selector.select(this::read);
                LockSupport.parkNanos(STEP_NANOS); // few wake-ups, so that this thread hardly disturbs the measurement
            }
        } catch (IOException cut) {
            throw new IllegalStateException(cut);
        }
    }

    private void read(SelectionKey key) {
        try {
            buffer.clear();
            int count = ((SocketChannel) key.channel()).read(buffer);
            if (count < 0) {
                key.cancel();
                return;
            }
            if (packetBytes == 0) {
                packetBytes = lengthOfFirst();
            }
            bytes.add(count);
        } catch (IOException cut) {
            key.cancel();
        }
    }

    private int lengthOfFirst() {
        int low = buffer.get(1);
        return low >= 0 ? 2 + low : 3 + (low & 0x7F) + 128 * buffer.get(2);
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
