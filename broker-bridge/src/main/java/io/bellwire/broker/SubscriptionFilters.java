package io.bellwire.broker;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The topic filters of one SUBSCRIBE or UNSUBSCRIBE, and the answer to it. A filter counts only if it is, letter for
 * letter, one of the client's own topics. Any other filter gets its failure code here and never reaches Moquette,
 * which throws on some filters and delivers on others that it has refused. Immutable.
 *
 * @param filters as the client has sent them
 * @param topics those filters that are the client's own topics, each once
 * @param subscriptionId MQTT 5; 0 for none, -1 if the packet's subscription id is against the protocol
 */
record SubscriptionFilters(
        boolean mqtt5,
        boolean subscribing,
        int packetId,
        List<String> filters,
        Set<String> topics,
        int subscriptionId) {
    private static final int REFUSED_V3 = 0x80;

    SubscriptionFilters {
        filters = List.copyOf(filters);
        topics = Set.copyOf(topics);
    }

    static SubscriptionFilters of(MqttSubscribeMessage message, Set<String> ownTopics, boolean mqtt5) {
        List<String> filters = message.payload().topicSubscriptions().stream()
                .map(MqttTopicSubscription::topicFilter)
                .toList();
        MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
        int packetId = message.variableHeader().messageId();
        return of(filters, ownTopics, mqtt5, true, packetId, subscriptionId(properties));
    }

    static SubscriptionFilters of(MqttUnsubscribeMessage message, Set<String> ownTopics, boolean mqtt5) {
        return of(
                message.payload().topics(),
                ownTopics,
                mqtt5,
                false,
                message.variableHeader().messageId(),
                0);
    }

    private static SubscriptionFilters of(
            List<String> filters,
            Set<String> ownTopics,
            boolean mqtt5,
            boolean subscribing,
            int packetId,
            int subscriptionId) {
        Set<String> topics = filters.stream().filter(ownTopics::contains).collect(Collectors.toSet());
        return new SubscriptionFilters(mqtt5, subscribing, packetId, filters, topics, subscriptionId);
    }

    /** Whether the protocol allows this packet. */
    boolean isValid() {
        return !filters.isEmpty() && subscriptionId >= 0;
    }

    boolean hasOwnTopics() {
        return !topics.isEmpty();
    }

    /** The SUBACK or UNSUBACK if no filter is an own topic. */
    Object refusalOfAll() {
        return subscribing ? subAck(false) : unsubAck(false);
    }

    /**
     * What to send in place of Moquette's SUBACK that grants the own topics; null if {@code written} is not that
     * SUBACK.
     */
    @Nullable Object subAckFor(Object written) {
        if (!(written instanceof MqttSubAckMessage subAck)
                || !subAck.payload().reasonCodes().equals(Collections.nCopies(topics.size(), 0))) {
            return null;
        }
        return filters.size() == topics.size() ? subAck : subAck(true);
    }

    /**
     * What to send in place of Moquette's UNSUBACK, which has one code for all topics; null if {@code written} is no
     * UNSUBACK.
     *
     * @param existed whether there was a subscription to one of the own topics
     */
    @Nullable Object unsubAckFor(Object written, boolean existed) {
        if (!(written instanceof MqttUnsubAckMessage unsubAck)) {
            return null;
        }
        return mqtt5 ? unsubAck(existed) : unsubAck;
    }

    private MqttSubAckMessage subAck(boolean granted) {
        int refused = mqtt5 ? MqttReasonCodes.SubAck.NOT_AUTHORIZED.byteValue() & 0xFF : REFUSED_V3;
        int[] codes = filters.stream()
                .mapToInt(filter -> granted && topics.contains(filter) ? 0 : refused)
                .toArray();
        return new MqttSubAckMessage(header(MqttMessageType.SUBACK), id(), new MqttSubAckPayload(codes));
    }

    private MqttUnsubAckMessage unsubAck(boolean existed) {
        if (!mqtt5) {
            return new MqttUnsubAckMessage(header(MqttMessageType.UNSUBACK), id());
        }
        short success = MqttReasonCodes.UnsubAck.SUCCESS.byteValue();
        short noSubscription = MqttReasonCodes.UnsubAck.NO_SUBSCRIPTION_EXISTED.byteValue();
        List<Short> codes = filters.stream()
                .map(filter -> existed && topics.contains(filter) ? success : noSubscription)
                .toList();
        return new MqttUnsubAckMessage(header(MqttMessageType.UNSUBACK), id(), new MqttUnsubAckPayload(codes));
    }

    private MqttMessageIdAndPropertiesVariableHeader id() {
        return new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES);
    }

    private static MqttFixedHeader header(MqttMessageType type) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
    }

    private static int subscriptionId(MqttProperties properties) {
        var given = properties.getProperties(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value());
        if (given.isEmpty()) {
            return 0;
        }
        return given.size() == 1 && given.get(0).value() instanceof Integer id && id > 0 ? id : -1;
    }
}
