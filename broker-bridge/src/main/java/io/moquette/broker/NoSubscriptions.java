package io.moquette.broker;

import io.moquette.broker.subscriptions.ISubscriptionsDirectory;
import io.moquette.broker.subscriptions.ShareName;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.SubscriptionIdentifier;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * A directory that matches nobody. Signals do not travel through Moquette's topics, so that nothing that is published
 * inside it, by whatever defect, can reach a device; and Moquette's own directory copies a list of all devices for every
 * device that subscribes. Thread-safe.
 */
@NullMarked
final class NoSubscriptions implements ISubscriptionsDirectory {
    @Override
    public void init(ISubscriptionsRepository repository) {}

    @Override
    public List<Subscription> matchWithoutQosSharpening(Topic topic) {
        return List.of();
    }

    @Override
    public List<Subscription> matchQosSharpening(Topic topic) {
        return List.of();
    }

    @Override
    public boolean add(String clientId, Topic filter, MqttSubscriptionOption option) {
        return true;
    }

    @Override
    public boolean add(
            String clientId, Topic filter, MqttSubscriptionOption option, SubscriptionIdentifier subscriptionId) {
        return true;
    }

    @Override
    public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option) {}

    @Override
    public void addShared(
            String clientId,
            ShareName name,
            Topic filter,
            MqttSubscriptionOption option,
            SubscriptionIdentifier subscriptionId) {}

    @Override
    public void removeSubscription(Topic filter, String clientId) {}

    @Override
    public void removeSharedSubscription(ShareName name, Topic filter, String clientId) {}

    @Override
    public int size() {
        return 0;
    }

    @Override
    public String dumpTree() {
        return "";
    }

    @Override
    public void removeSharedSubscriptionsForClient(String clientId) {}
}
