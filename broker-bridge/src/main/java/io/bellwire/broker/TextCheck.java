package io.bellwire.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a packet malformed that has a string which is not UTF-8, or has a zero character (MQTT 5, section 1.5.4). Netty's
 * decoder puts the replacement character in the place of what is malformed; no name that this broker knows has that
 * character. Used only on the channel's event loop.
 */
final class TextCheck extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        if (read instanceof MqttMessage message
                && message.decoderResult().isSuccess()
                && texts(message).anyMatch(TextCheck::isMalformed)) {
            ReferenceCountUtil.release(read);
            context.fireChannelRead(
                    MqttMessageFactory.newInvalidMessage(new DecoderException("a string that is not UTF-8")));
        } else {
            context.fireChannelRead(read);
        }
    }

    private static boolean isMalformed(@Nullable Object text) {
        return (text instanceof String string && (string.indexOf('\uFFFD') >= 0 || string.indexOf('\0') >= 0))
                || (text instanceof StringPair pair && (isMalformed(pair.key) || isMalformed(pair.value)));
    }

    private static Stream<@Nullable Object> texts(MqttMessage message) {
        if (message instanceof MqttConnectMessage connect) {
            return Stream.concat(
                    Stream.of(
                            connect.payload().clientIdentifier(),
                            connect.payload().userName(),
                            connect.payload().willTopic()),
                    texts(connect.variableHeader().properties()));
        }
        if (message instanceof MqttPublishMessage publish) {
            return Stream.concat(
                    Stream.of(publish.variableHeader().topicName()),
                    texts(publish.variableHeader().properties()));
        }
        if (message instanceof MqttSubscribeMessage subscribe) {
            return Stream.concat(
                    subscribe.payload().topicSubscriptions().stream().map(topic -> topic.topicFilter()),
                    texts(subscribe.idAndPropertiesVariableHeader().properties()));
        }
        if (message instanceof MqttUnsubscribeMessage unsubscribe) {
            return Stream.concat(
                    unsubscribe.payload().topics().stream(),
                    texts(unsubscribe.idAndPropertiesVariableHeader().properties()));
        }
        return Stream.of();
    }

    @SuppressWarnings("rawtypes") // as Netty declares it
    private static Stream<@Nullable Object> texts(MqttProperties properties) {
        return properties.listAll().stream()
                .map(MqttProperty::value)
                .flatMap(value -> value instanceof List<?> several ? several.stream() : Stream.of(value));
    }
}
