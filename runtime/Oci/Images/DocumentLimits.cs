namespace Tapedeck.Oci.Images;

/// <summary>Caps on documents of a registry.</summary>
public static class DocumentLimits
{
    /// <summary>Bytes of a manifest or index: what the distribution specification asks registries to take.</summary>
    public const int ManifestBytes = 4 << 20;

    /// <summary>Nesting of a JSON document.</summary>
    public const int Depth = 16;

    /// <summary>Layers of a manifest, and entries of an index.</summary>
    public const int Descriptors = 512;

    /// <summary>Annotations of one object.</summary>
    public const int Annotations = 128;

    /// <summary>Characters of a media type, as RFC 6838 has it: two names of 127.</summary>
    public const int MediaTypeCharacters = 255;

    /// <summary>Characters of an annotation's key; of its value, sixteen times as many.</summary>
    public const int AnnotationKeyCharacters = 1024;
}
