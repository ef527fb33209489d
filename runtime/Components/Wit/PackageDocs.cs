using System.Text.Json;
using Tapedeck.Components.Binary;

namespace Tapedeck.Components;

/// <summary>Reads the documentation that tools put into the custom section <c>package-docs</c>. What it does not understand, it does not find.</summary>
/// <remarks>The section is a version byte and JSON: <c>worlds</c> and <c>interfaces</c> by name, each with <c>docs</c>, <c>funcs</c> and <c>types</c>.
/// A text stands alone or in an object with <c>docs</c>. It comes from an untrusted publisher.</remarks>
internal sealed class PackageDocs
{
    private const string SectionName = "package-docs";
    private const int MostBytes = 4 << 20;
    private const int MostCharacters = 16 << 10;

    private readonly JsonElement _root;

    private PackageDocs(JsonElement root) => _root = root;

    /// <summary>The text of the world, of which a component has one.</summary>
    internal string? World => Worlds().Select(static world => Text(Get(world, "docs"))).FirstOrDefault(static text => text is not null);

    internal static PackageDocs Read(ComponentDeclaration component)
    {
        foreach (var section in component.CustomSections)
        {
            if (section.Name == SectionName && section.Length <= MostBytes && Parse(component.Bytes.Slice(section.Start, section.Length)) is { } root)
            {
                return new PackageDocs(root);
            }
        }
        return new PackageDocs(default);
    }

    internal string? Interface(string name) => name.Length == 0 ? null : Scopes(name).Select(static scope => Text(Get(scope, "docs"))).FirstOrDefault(static text => text is not null);

    internal string? Function(string @interface, string name) => Find(@interface, scope => FunctionLists.Select(list => Text(Get(Get(scope, list), name))));

    internal string? Type(string @interface, string name) => Find(@interface, scope => [Text(Get(Get(scope, "types"), name))]);

    internal string? Member(string @interface, string type, string member) => Find(@interface, scope => [Text(Get(Get(Get(Get(scope, "types"), type), "items"), member))]);

    private static readonly string[] FunctionLists = ["funcs", "func_exports", "func_imports"];

    private string? Find(string @interface, Func<JsonElement, IEnumerable<string?>> texts) => Scopes(@interface).SelectMany(texts).FirstOrDefault(static text => text is not null);

    /// <summary>The objects that may tell of an interface, which is called by its last part, or of the world.</summary>
    private IEnumerable<JsonElement> Scopes(string @interface)
    {
        if (@interface.Length == 0)
        {
            return Worlds();
        }
        var label = @interface[(@interface.LastIndexOf('/') + 1)..].Split('@')[0];
        return Worlds()
            .SelectMany(world => new[] { Get(Get(world, "interface_exports"), label), Get(Get(world, "interface_imports"), label), Get(Get(world, "interfaces"), label) })
            .Prepend(Get(Get(_root, "interfaces"), label));
    }

    // A component has one world; a few more cost nothing.
    private IEnumerable<JsonElement> Worlds() =>
        Get(_root, "worlds") is { ValueKind: JsonValueKind.Object } worlds ? worlds.EnumerateObject().Take(4).Select(static world => world.Value) : [];

    private static JsonElement Get(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? found : default;

    private static string? Text(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Object ? Get(value, "docs") : value;
        return text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } docs ? docs[..Math.Min(docs.Length, MostCharacters)] : null;
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> section)
    {
        try
        {
            // The version byte is no character of JSON.
            var json = section.Span is [< 0x20, ..] ? section[1..] : section;
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32, AllowTrailingCommas = true });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
