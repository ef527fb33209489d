namespace Tapedeck.Operator.Tools;

/// <summary>The reasons of conditions: part of the API. Those of registries are the names of <see cref="Oci.OciErrorKind"/>.</summary>
internal static class Reasons
{
    // Ready
    internal const string Initializing = "Initializing";
    internal const string Resolving = "Resolving";
    internal const string Starting = "Starting";
    internal const string RollingOut = "RollingOut";
    internal const string Serving = "Serving";
    internal const string ScaledToZero = "ScaledToZero";
    internal const string Unavailable = "Unavailable";
    internal const string ComponentRefused = "ComponentRefused";
    internal const string RolloutFailed = "RolloutFailed";
    internal const string InvalidSpec = "InvalidSpec";
    internal const string NotAllowed = "NotAllowed";
    internal const string NameConflict = "NameConflict";
    internal const string ChildRefused = "ChildRefused";
    internal const string ChildFailed = "ChildFailed";
    internal const string Withheld = "Withheld";
    internal const string Confirming = "Confirming";

    // ArtifactResolved
    internal const string Resolved = "Resolved";
    internal const string MovedBack = "MovedBack";

    // ArtifactResolved, and what is missing for Verified
    internal const string MissingSecret = "MissingSecret";
    internal const string MissingConfigMap = "MissingConfigMap";
    internal const string InvalidCertificate = "InvalidCertificate";
    internal const string ApiUnavailable = "ApiUnavailable";
    internal const string InternalError = "InternalError";

    // Verified
    internal const string Verified = "Verified";
    internal const string NotAsked = "NotAsked";
    internal const string NotVerified = "NotVerified";
    internal const string InvalidTrust = "InvalidTrust";

    // PolicyAccepted
    internal const string NoPolicy = "NoPolicy";
    internal const string Enforcing = "Enforcing";
    internal const string Auditing = "Auditing";
    internal const string MissingCapabilities = "MissingCapabilities";
    internal const string InvalidPolicy = "InvalidPolicy";
    internal const string PolicyDeleted = "PolicyDeleted";
    internal const string PolicyConflict = "PolicyConflict";
    internal const string MissingValues = "MissingValues";
    internal const string NotFollowed = "NotFollowed";

    // Reconciling, Stalled
    internal const string Done = "Done";
    internal const string Clearing = "Clearing";
    internal const string Progressing = "Progressing";

    // Events alone
    internal const string ToolsChanged = "ToolsChanged";
}
