namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>A data item of <see href="https://www.rfc-editor.org/rfc/rfc8949"/>, of the kinds that an envelope uses.</summary>
internal abstract record CborValue
{
    internal sealed record Integer(long Value) : CborValue;

    internal sealed record Bytes(byte[] Value) : CborValue;

    internal sealed record Text(string Value) : CborValue;

    internal sealed record List(CborValue[] Items) : CborValue;

    /// <summary>Keys are integers and texts, each once.</summary>
    internal sealed record Map(IReadOnlyDictionary<CborValue, CborValue> Items) : CborValue;

    internal sealed record Tagged(long Tag, CborValue Value) : CborValue;

    internal sealed record Simple(int Value) : CborValue;
}
