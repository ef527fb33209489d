using System.Collections.Immutable;
using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>
/// The config blob of the CNCF's layout. <see href="https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/"/>
/// </summary>
/// <param name="Os"><c>wasip1</c> or <c>wasip2</c>, by its own account.</param>
/// <param name="Imports">Names of a world's items, by its own account; the component's bytes decide.</param>
public sealed record WasmConfig(string? Os, string? Author, string? Created, ImmutableArray<string> Imports, ImmutableArray<string> Exports)
{
    /// <summary>Bytes of the blob; a larger one is not read.</summary>
    public const int MostBytes = 256 << 10;
    private const int MostNames = 1024;
    private const int MostCharacters = 512;

    /// <summary>Null where it is of another form: it says nothing that a pull needs.</summary>
    internal static WasmConfig? Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonShape.Parse(utf8);
            var root = json.RootElement;
            var component = root.Find("component")?.AsObject("component");
            return new WasmConfig(root.FindText("os", MostCharacters), root.FindText("author", MostCharacters), root.FindText("created", MostCharacters),
                Names(component, "imports"), Names(component, "exports"));
        }
        catch (ShapeException)
        {
            return null;
        }
    }

    private static ImmutableArray<string> Names(JsonElement? component, string name) =>
        component?.Find(name) is { } names
            ? [.. names.AsArray(name, MostNames).EnumerateArray().Select(item => item.AsText(name, MostCharacters))]
            : [];
}
