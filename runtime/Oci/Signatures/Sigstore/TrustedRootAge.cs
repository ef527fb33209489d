namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>How long a trusted root is believed after it was obtained. RATIONALE.md, "What does an old trusted root still prove?"</summary>
internal static class TrustedRootAge
{
    internal static Refusal? Check(TrustedRoot root, TimeSpan maxAge, DateTimeOffset now) => now - root.ObtainedAt > maxAge
        ? new Refusal(RefusalReason.StaleTrustedRoot,
            $"the trusted root was obtained at {root.ObtainedAt:u} and is believed for {maxAge.TotalDays:0} days; fetch it anew")
        : null;

    /// <summary>Said from half of the time on.</summary>
    internal static string? Notice(TrustedRoot root, TimeSpan maxAge, DateTimeOffset now) => now - root.ObtainedAt > maxAge / 2
        ? $"the trusted root was obtained at {root.ObtainedAt:u} and is believed until {root.ObtainedAt + maxAge:u}; fetch it anew"
        : null;
}
