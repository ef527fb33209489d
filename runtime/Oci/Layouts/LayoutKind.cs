namespace Tapedeck.Oci.Layouts;

/// <summary>The ways in which tools have put a component into a manifest.</summary>
public enum LayoutKind
{
    /// <summary>The layout of the CNCF: wkg, wassette, wash. <see href="https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/"/></summary>
    Cncf,

    /// <summary>A wasm layer beside a config that says nothing, as oras pushes it by hand.</summary>
    Artifact,

    /// <summary>A layer of a type that Wassette alone reads.</summary>
    WasmComponent,

    /// <summary>wasm-to-oci.</summary>
    WasmToOci,

    /// <summary>wasmCloud before it took the CNCF's layout.</summary>
    WasmCloud,

    /// <summary>A container image with one file in it.</summary>
    ContainerImage,

    /// <summary>No manifest: the file itself was named.</summary>
    File,
}
