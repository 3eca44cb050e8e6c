package gate

// ReadLine is for the tests of the line reader alone.
var ReadLine = readLine
