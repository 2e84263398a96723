package dev.cobnut.doctor;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The stores of Magento 2's env.php or Magento 1's local.xml. Both become paths with values first
/// (`cache/frontend/default/backend_options/server`); a store is a path whose values name a server. PHP is not run:
/// arrays of literals are understood, everything else is passed over. Pure.
final class MagentoFile {
    private static final Pattern PHP = Pattern.compile(
            "//[^\n]*|#[^\n]*|/\\*.*?\\*/|'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(=>)"
                    + "|(array\\s*\\(|\\[)|([\\])])|([\\w.-]+)|(,)|\n",
            Pattern.DOTALL);
    /// What holds the options of a store.
    private static final Pattern OPTIONS =
            Pattern.compile("(?:.*/)?(?:(?:remote_)?backend_options|redis|redis_session)");
    private static final int SESSION_DATABASE = 2;

    private MagentoFile() {}

    /// @throws XMLStreamException when a file of XML is none
    static List<Store> read(String file, String text) throws XMLStreamException {
        boolean php = text.stripLeading().startsWith("<?php");
        Map<String, List<Setting>> folders = new LinkedHashMap<>();
        for (Map.Entry<String, Setting> value : (php ? php(file, text) : xml(file, text)).entrySet()) {
            int slash = value.getKey().lastIndexOf('/');
            String folder = slash < 0 ? "" : value.getKey().substring(0, slash);
            folders.computeIfAbsent(folder, _ -> new ArrayList<>()).add(value.getValue());
        }
        List<Store> stores = new ArrayList<>();
        folders.forEach((folder, settings) -> {
            Settings options = new Settings(settings.getFirst().at(), settings);
            if (OPTIONS.matcher(folder).matches() && (options.has("server") || options.has("host"))) {
                stores.add(store(folder, options, php));
            }
        });
        return stores;
    }

    private static Store store(String folder, Settings options, boolean php) {
        String name =
                folder.replaceFirst("/?((remote_)?backend_options|redis)$", "").replaceFirst("^config/global/", "");
        String host = options.text("server", options.text("host", "")).replaceFirst("^t(cp|ls)://", "");
        long port = options.number("port", Server.DEFAULT_PORT);
        Matcher inHost = Pattern.compile("([^:,]+):(\\d{1,5})").matcher(host);
        if (inHost.matches()) {
            host = inHost.group(1);
            port = Integer.parseInt(inHost.group(2));
        }
        int usual = php && name.contains("session") ? SESSION_DATABASE : 0;
        long database = options.number("database", options.number("db", usual));
        return new Store(options.at(), name, host, (int) port, (int) database, options);
    }

    /// The literals of an array, by their paths.
    private static Map<String, Setting> php(String file, String text) {
        Map<String, Setting> values = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        String key = null;
        String value = null;
        int line = 1;
        Matcher token = PHP.matcher(text);
        while (token.find()) {
            String literal = token.group(1) != null ? token.group(1) : token.group(2);
            literal = literal == null ? token.group(6) : literal;
            if (literal != null) {
                value = literal;
                if (key != null) {
                    values.put(path(path, key), setting(key, literal, file + ":" + line));
                }
            } else if (token.group(3) != null) {
                key = value;
            } else if (token.group(4) != null) {
                path.addLast(key == null ? "" : key);
                key = null;
            } else if (token.group(5) != null) {
                path.pollLast();
                key = null;
            } else if (token.group(7) != null) {
                key = null;
            }
            line += (int) token.group().chars().filter(each -> each == '\n').count();
        }
        return values;
    }

    /// The texts of elements, by their paths. Nothing outside of the text is read.
    private static Map<String, Setting> xml(String file, String text) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
        Map<String, Setting> values = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        StringBuilder inside = new StringBuilder();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamReader.START_ELEMENT -> {
                    path.addLast(reader.getLocalName());
                    inside.setLength(0);
                }
                case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA -> inside.append(reader.getText());
                case XMLStreamReader.END_ELEMENT -> {
                    String name = path.removeLast();
                    String at = file + ":" + reader.getLocation().getLineNumber();
                    if (!inside.toString().isBlank()) {
                        values.put(
                                path(path, name),
                                setting(name, inside.toString().strip(), at));
                    }
                    inside.setLength(0);
                }
                default -> {}
            }
        }
        return values;
    }

    private static Setting setting(String name, String value, String at) {
        return new Setting(name, List.of(value), at);
    }

    private static String path(Deque<String> path, String name) {
        List<String> parts = new ArrayList<>(path);
        parts.removeIf(String::isEmpty);
        parts.add(name);
        return String.join("/", parts);
    }
}
