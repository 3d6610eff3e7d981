package io.moquette.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moquette.broker.subscriptions.ShareName;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.SubscriptionIdentifier;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExactSubscriptionsTest {
    private static final MqttSubscriptionOption QOS_0 = MqttSubscriptionOption.onlyFromQos(MqttQoS.AT_MOST_ONCE);

    private final ExactSubscriptions subscriptions = new ExactSubscriptions();

    @Test
    void topicMatchesItselfLetterForLetterAndNothingElse() {
        assertTrue(subscriptions.add("grill", new Topic("a/grill"), QOS_0));
        assertTrue(subscriptions.add("other", new Topic("a/+"), QOS_0));
        assertTrue(subscriptions.add("other", new Topic("#"), QOS_0));
        assertEquals(List.of("grill"), clientsOf("a/grill"));
        assertEquals(List.of(), clientsOf("a/fryer"));
        assertEquals(List.of(), clientsOf("A/grill"));
    }

    @Test
    void subscribingAgainReplacesTheSubscription() {
        assertTrue(subscriptions.add("grill", new Topic("a"), QOS_0, new SubscriptionIdentifier(7)));
        assertFalse(subscriptions.add("grill", new Topic("a"), QOS_0, new SubscriptionIdentifier(8)));
        assertEquals(1, subscriptions.size());
        assertEquals(
                8, subscriptions.find("grill", "a").getSubscriptionIdentifier().value());
        assertFalse(subscriptions.add("grill", new Topic("a"), QOS_0));
        assertFalse(subscriptions.find("grill", "a").hasSubscriptionIdentifier());
    }

    @Test
    void clientsOfOneTopicAreAddedAndRemovedIndependently() {
        subscriptions.add("grill", new Topic("a"), QOS_0);
        subscriptions.add("fryer", new Topic("a"), QOS_0);
        assertEquals(List.of("grill", "fryer"), clientsOf("a"));
        subscriptions.removeSubscription(new Topic("a"), "grill");
        assertEquals(List.of("fryer"), clientsOf("a"));
        assertNull(subscriptions.find("grill", "a"));
        subscriptions.removeSubscription(new Topic("a"), "fryer");
        subscriptions.removeSubscription(new Topic("a"), "fryer");
        assertEquals(0, subscriptions.size());
        assertEquals("", subscriptions.dumpTree());
    }

    @Test
    void sharedSubscriptionsAreRefused() {
        assertThrows(
                UnsupportedOperationException.class,
                () -> subscriptions.addShared("grill", new ShareName("g"), new Topic("a"), QOS_0));
        assertThrows(
                UnsupportedOperationException.class,
                () -> subscriptions.addShared(
                        "grill", new ShareName("g"), new Topic("a"), QOS_0, new SubscriptionIdentifier(7)));
    }

    private List<String> clientsOf(String topic) {
        return subscriptions.matchQosSharpening(new Topic(topic)).stream()
                .map(Subscription::getClientId)
                .toList();
    }
}
