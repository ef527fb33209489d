namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>A span of time; both ends are within, and an end that is null is open.</summary>
internal sealed record Validity(DateTimeOffset? Start, DateTimeOffset? End)
{
    internal bool Contains(DateTimeOffset at) => (Start is not { } start || start <= at) && (End is not { } end || at <= end);

    public override string ToString() => $"{(Start is { } start ? $"{start:u}" : "ever")} to {(End is { } end ? $"{end:u}" : "now")}";
}
