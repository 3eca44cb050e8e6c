// Package top is the terminal screen of nodes at work.
package top
