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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The topic filters of one SUBSCRIBE or UNSUBSCRIBE, and its answer. A filter counts only if it is, letter for letter,
 * one of the client's own topics; anything else gets its failure code here, whatever it looks like. Immutable.
 *
 * @param own whether each filter is one of the client's own topics, in their order
 * @param topics these topics, each once
 * @param subscriptionId MQTT 5; 0 for none, -1 if what was given is against the protocol
 */
record Filters(
        boolean mqtt5, boolean subscribing, int packetId, List<Boolean> own, Set<String> topics, int subscriptionId) {
    private static final int REFUSED_V3 = 0x80;

    Filters {
        own = List.copyOf(own);
        topics = Set.copyOf(topics);
    }

    static Filters of(MqttSubscribeMessage message, Set<String> ownTopics, boolean mqtt5) {
        List<String> filters = message.payload().topicSubscriptions().stream()
                .map(MqttTopicSubscription::topicFilter)
                .toList();
        MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
        int packetId = message.variableHeader().messageId();
        return of(filters, ownTopics, mqtt5, true, packetId, subscriptionId(properties));
    }

    static Filters of(MqttUnsubscribeMessage message, Set<String> ownTopics, boolean mqtt5) {
        return of(
                message.payload().topics(),
                ownTopics,
                mqtt5,
                false,
                message.variableHeader().messageId(),
                0);
    }

    private static Filters of(
            List<String> filters,
            Set<String> ownTopics,
            boolean mqtt5,
            boolean subscribing,
            int packetId,
            int subscriptionId) {
        List<Boolean> own = filters.stream().map(ownTopics::contains).toList();
        Set<String> topics = filters.stream().filter(ownTopics::contains).collect(Collectors.toSet());
        return new Filters(mqtt5, subscribing, packetId, own, topics, subscriptionId);
    }

    /** Whether the protocol allows such a packet at all. */
    boolean isLegal() {
        return !own.isEmpty() && subscriptionId >= 0;
    }

    boolean includeOwn() {
        return !topics.isEmpty();
    }

    /**
     * SUBACK or UNSUBACK.
     *
     * @param granted whether the own topics among the filters are now (un)subscribed
     */
    Object answer(boolean granted) {
        return subscribing ? subAck(granted) : unsubAck(granted);
    }

    /** Whether this is a SUBACK that grants its one filter at QoS 0. */
    static boolean isGranted(Object message) {
        return message instanceof MqttSubAckMessage subAck
                && subAck.payload().reasonCodes().equals(List.of(0));
    }

    static boolean isUnsubscribed(Object message) {
        return message instanceof MqttUnsubAckMessage;
    }

    private MqttSubAckMessage subAck(boolean granted) {
        int refused = mqtt5 ? MqttReasonCodes.SubAck.NOT_AUTHORIZED.byteValue() & 0xFF : REFUSED_V3;
        int[] codes =
                own.stream().mapToInt(mine -> mine && granted ? 0 : refused).toArray();
        return new MqttSubAckMessage(header(MqttMessageType.SUBACK), id(), new MqttSubAckPayload(codes));
    }

    private MqttUnsubAckMessage unsubAck(boolean granted) {
        short success = MqttReasonCodes.UnsubAck.SUCCESS.byteValue();
        short nothingThere = MqttReasonCodes.UnsubAck.NO_SUBSCRIPTION_EXISTED.byteValue();
        List<Short> codes = own.stream()
                .map(mine -> mine && granted ? success : nothingThere)
                .toList();
        return mqtt5
                ? new MqttUnsubAckMessage(header(MqttMessageType.UNSUBACK), id(), new MqttUnsubAckPayload(codes))
                : new MqttUnsubAckMessage(header(MqttMessageType.UNSUBACK), id());
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
