namespace Tapedeck.Oci.Layouts;

/// <summary>The first look at what was pulled: is it a component at all?</summary>
internal static class ComponentBytes
{
    /// <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md#component-definitions"/>
    private static ReadOnlySpan<byte> Component => [0, (byte)'a', (byte)'s', (byte)'m', 0x0d, 0, 1, 0];
    private static ReadOnlySpan<byte> Module => [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    /// <returns>What it is instead, or null.</returns>
    internal static OciError? Problem(ReadOnlySpan<byte> content, string where) =>
        content.StartsWith(Component) ? null
        : content.StartsWith(Module)
            ? new TerminalError(OciErrorKind.Unsupported, "is a core module, not a component", where, "make a component of it with `wasm-tools component new`")
        : content.StartsWith(Component[..4])
            ? new TerminalError(OciErrorKind.Unsupported, $"is WebAssembly of an unknown version ({Convert.ToHexStringLower(content[4..Math.Min(8, content.Length)])})", where, "build it with a current toolchain")
        : new TerminalError(OciErrorKind.Malformed, "is no WebAssembly", where, "name a component, a file that ends in .wasm as a rule; what is published in a registry may be something else, such as a container image");
}
