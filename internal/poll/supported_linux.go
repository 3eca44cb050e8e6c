package poll

// Supported says whether this system has what this package needs.
const Supported = true
