namespace Tapedeck.Server.Loading;

/// <summary>A trusted root as it was found.</summary>
/// <param name="Json">Not read yet.</param>
/// <param name="ObtainedAt">When the host got it from its source, as far as is known. RATIONALE.md, "What does an old trusted root still prove?"</param>
internal sealed record MountedRoot(byte[] Json, DateTimeOffset ObtainedAt);
