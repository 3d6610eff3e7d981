package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs on the virtual time of an embedded channel. */
class GracefulCloseTest {
    private final List<ChannelPromise> written = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ChannelHandlerContext context;

    GracefulCloseTest() {
        channel.freezeTime();
        channel.pipeline().addLast("socket", new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext same, Object message, ChannelPromise promise) {
                written.add(promise); // never completed, as if the client did not read
            }
        });
        channel.pipeline().addLast("guard", new ChannelOutboundHandlerAdapter());
        context = channel.pipeline().context("guard");
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void clientThatDoesNotReadItsLastPacketIsClosedAfterTwoSeconds() {
        GracefulClose.close(context, MqttMessage.DISCONNECT);
        assertEquals(1, written.size());
        pass(1_999);
        assertTrue(channel.isOpen());

        pass(1);

        assertFalse(channel.isOpen());
    }

    @Test
    void clientThatReadsItsLastPacketIsClosedThen() {
        GracefulClose.close(context, MqttMessage.DISCONNECT);

        written.get(0).setSuccess();

        assertFalse(channel.isOpen());
    }
}
