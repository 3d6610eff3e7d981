package io.bellwire.store;

import io.bellwire.document.DocumentStore;
import io.bellwire.group.GroupStore;
import io.bellwire.log.LogStore;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;

/**
 * The storage of a server: the log with the records that other packages keep in it, and what reads these records.
 * Thread-safe. Example: {@code new Registry(log, store.accounts(), random, 1_000)}.
 */
public interface DataStore extends LogStore {
    /** The orders. */
    OrderStore orders();

    /** The accounts of devices and partners. */
    AccountStore accounts();

    /** When devices were last seen. */
    LastSeenStore lastSeen();

    /** The groups of devices. */
    GroupStore deviceGroups();

    /** The documents of settings. */
    DocumentStore documents();
}
