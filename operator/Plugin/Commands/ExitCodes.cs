namespace Tapedeck.Plugin.Commands;

/// <summary>What the program ends with: the same numbers as <c>tapedeck</c>.</summary>
internal static class ExitCodes
{
    internal const int Success = 0;

    /// <summary>The thing asked for failed: a call, a check; or what was asked about is not so.</summary>
    internal const int Failed = 1;

    /// <summary>The command line, a file or the kubeconfig is wrong, or there is no such tool.</summary>
    internal const int Usage = 2;

    /// <summary>The cluster did not answer, or does not allow it.</summary>
    internal const int Unavailable = 3;
}
