package io.bellwire.route;

import io.bellwire.feedapi.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A node of a YAML document with its position, so that errors can be located. A node that has not the expected form
 * is a {@link ConfigurationException} that names file, line and column. Immutable.
 */
final class YamlNode {
    private final String file;
    private final Node node;

    private YamlNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /** Parses the document in {@code text}; {@code file} is its name in messages. */
    static YamlNode parse(String file, String text) {
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setUseMarks(true).build();
        Optional<Node> root;
        try {
            root = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            throw wrong(file, e.getProblemMark(), "not YAML: " + e.getProblem());
        } catch (YamlEngineException | IllegalArgumentException e) { // the latter for a tag such as !%F
            throw wrong(file, Optional.empty(), "not YAML: " + e.getMessage());
        } catch (StackOverflowError tooDeep) {
            throw wrong(file, Optional.empty(), "not YAML that can be read: it is nested too deep");
        }
        return new YamlNode(file, root.orElseThrow(() -> wrong(file, Optional.empty(), "the file is empty")));
    }

    /** The values of a mapping that may have only these keys. */
    Map<String, YamlNode> fields(String what, Set<String> keys) {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        for (NodeTuple entry : entries(what)) {
            YamlNode key = new YamlNode(file, entry.getKeyNode());
            String name = key.text("a key");
            if (!keys.contains(name)) {
                throw key.wrong("unknown key " + name + " in " + what + ": there are "
                        + String.join(", ", new TreeSet<>(keys)));
            }
            key.put(fields, name, entry);
        }
        return fields;
    }

    /** The entries of a mapping with any keys; the keys have their position in the file. */
    Map<YamlNode, YamlNode> entriesOf(String what) {
        Map<YamlNode, YamlNode> all = new LinkedHashMap<>();
        Map<String, YamlNode> named = new LinkedHashMap<>();
        for (NodeTuple entry : entries(what)) {
            YamlNode key = new YamlNode(file, entry.getKeyNode());
            key.put(named, key.text("a key"), entry);
            all.put(key, new YamlNode(file, entry.getValueNode()));
        }
        return all;
    }

    private void put(Map<String, YamlNode> fields, String name, NodeTuple entry) {
        if (fields.put(name, new YamlNode(file, entry.getValueNode())) != null) {
            throw wrong(name + " is there twice");
        }
    }

    private List<NodeTuple> entries(String what) {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue();
        }
        throw wrong(what + " must be a mapping of keys to values");
    }

    List<YamlNode> list(String what) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(what + " must be a list");
        }
        List<YamlNode> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(new YamlNode(file, item)));
        return items;
    }

    /** The text of a scalar (text, number or truth value), as it is written. */
    String text(String what) {
        if (node instanceof ScalarNode scalar
                && !scalar.getTag().equals(Tag.NULL)
                && !scalar.getValue().isEmpty()) {
            return scalar.getValue();
        }
        throw wrong(what + " must be a value and is " + (node instanceof ScalarNode ? "empty" : "a collection"));
    }

    ConfigurationException wrong(String what) {
        return wrong(file, node.getStartMark(), what);
    }

    private static ConfigurationException wrong(String file, Optional<Mark> mark, String what) {
        String position = mark.map(at -> ", line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1))
                .orElse("");
        return new ConfigurationException(file + position + ": " + what);
    }
}
